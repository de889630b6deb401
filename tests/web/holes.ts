/** The names of the holes of a text, `{{name}}`, each once. */
export const holesOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/{{{?(\w+)(?:, \w+)?}}/g)].map(([, name = '']) => name))].toSorted()
