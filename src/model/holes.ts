/** The names of the holes of a text: `{{name}}`, or `{{kinds, kinds}}` where the second word says what its values are. */
export type Holes<Text> = Text extends `${string}{{${infer Hole}}}${infer Rest}` ? NameOf<Hole> | Holes<Rest> : never

type NameOf<Hole> = Hole extends `${infer Name}, ${string}` ? Name : Hole

/** The text with its holes filled; `say` gives what stands in the hole of a name. */
export function fillHoles(text: string, say: (name: string) => string): string {
  return text.replace(/\{\{(\w+)(?:, \w+)?\}\}/g, (_, name: string) => say(name))
}
