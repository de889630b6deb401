/** The names of the holes of a text: `{{name}}`, or `{{kinds, kinds}}` where the second word says what its values are. */
export type Holes<Text> = Text extends `${string}{{${infer Hole}}}${infer Rest}` ? NameOf<Hole> | Holes<Rest> : never

type NameOf<Hole> = Hole extends `${infer Name}, ${string}` ? Name : Hole
