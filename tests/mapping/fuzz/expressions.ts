import { names } from './documents.ts'
import type { SeededRandom } from '../../../simulation/harness/random.ts'

/** Templates of a list, with three blanks or a line end between two. */
const listed = (list: string): readonly string[] => list.trim().split(/ {3,}|\n */)

/**
 * Random expressions of the whole language, mostly of the kinds that mappings are made of. Each production is a template
 * in which a capital letter stands for something random: E an expression, P a path, S a step, L a literal, T a text,
 * N a small number, V a variable, F a function value, R a regular expression, A a list, O an object, D a date picture.
 */
const productions: Readonly<Record<string, readonly string[]>> = {
  E: listed(`
    P   P   P   P   P   L   L   V   A   O   $   $$   (E)   E.S   E[E]   E[N]   P{T: E}   E[]   E + E
    E - E   E * E   E / E   E % E   -E   E & E   E & T   [N..N]   E in E   E in A   E = E   E != E   E < E
    E <= E   E > E   E >= E   E and E   E or E   P = T   P = N   P > N   E ? E : E   P ? E   E ?: E
    E ?? E   P ?? L   (V := E; E)   (V := E; V := E; V)   (V := E; P & V)   P ~> $uppercase   E ~> $string
    E ~> $sum()   P ~> $map(F)   E ~> |P|O|   E ~> |P|O, T|   $string(E)   $number(E)   $boolean(E)
    $not(E)   $exists(E)   $type(E)   $count(E)   $sum(E)   $max(E)   $min(E)   $average(E)   $length(E)
    $lowercase(E)   $uppercase(P)   $trim(P)   $substring(P, N)   $substring(T, N, N)
    $substringBefore(P, T)   $substringAfter(P, T)   $pad(P, N, T)   $join(E)   $join(E, T)   $split(P, T)
    $split(T, R)   $contains(P, T)   $contains(T, R)   $replace(P, T, T)   $replace(T, R, T)   $match(T, R)
    $replace(T, R, function($m){$m.match & T})   $append(E, E)   $distinct(E)   $reverse(E)   $sort(E)
    $zip(A, A)   $keys(E)   $lookup(E, T)   $spread(E)   $merge(E)   $map(E, F)   $filter(E, F)
    $single(E, F)   $reduce(A, G)   $reduce(E, G, L)   $sift(E, F)   $each(E, F)   $sort(E, G)   $abs(E)
    $floor(P)   $ceil(E)   $round(E)   $round(E, N)   $power(N, N)   $sqrt(E)
    $formatNumber(E, "#,##0.00")   $formatBase(N, 2)   $formatInteger(E, "w")   $fromMillis(N)
    $fromMillis(1510067557121, D)   $toMillis(P)   $toMillis("2026-01-02", D)   $parseInteger(T, "#0")
    $base64encode(P)   $base64decode("YWJj")   $encodeUrlComponent(P)   $eval(T)   F(E)   G(E, E)
    $substring(?, N)(P)   $error(T)   $assert(E, T)   $clone(E)   $(E)   S(E)   P@$v.S
    P@$v.S@$w.{"v": $v, "w": $w}   P#$i.S   P#$i[$i > N].{"i": $i}   P@$v.S[$v = E]   P.S.%.S
    P.S.{"p": %.S}   P^(S).S   P^(>S, S)   P^(S)[N]   P[E].S   P[S = L].S   P[[N, N]]   P[-1]   P.S[N]
    P{S: E, T: E}   P.{T: P, "k": E}   P.[S, S]   P.(S & T)   P.$string()   P.($ + N)   (V := E; P[S = V])
    ($f := function($n){$n <= 0 ? 0 : $n + $f($n - 1)}; $f(5))   P.($x := S; $x & $x)   ($x := P; $x.S)
  `),
  P: ['S', 'S', 'S.S', 'S.S', 'S.S.S', 'S.*', '**.S', 'S[N]', 'S[N].S', 'S[S > N].S', '$.S', '$$.S', 'S[].S', 'S.S[]'],
  S: [...names],
  L: ['T', 'N', 'true', 'false', 'null', '[]', '{}'],
  T: ['"a"', '"b"', '"x y"', '""', '"10"', '"name"', '"items"', '"-"', '"$1"', '" "', '","'],
  N: ['0', '1', '2', '3', '-1', '10', '0.5', '2.5'],
  V: ['$v', '$w', '$x'],
  F: ['function($v){E}', 'function($v){$v.S}', 'function($v, $i){$v & $i}', '$string', '$uppercase', '$sum', '$not'],
  G: [
    'function($v, $w){$v + $w}',
    'function($v, $w){$v > $w}',
    'function($v, $w){E}',
    'function($v, $w){$append($v, $w)}',
  ],
  R: ['/a/', '/[a-z]+/', '/([a-z])([0-9])?/i', '/\\\\s+/', '/,\\\\s*/'].map(text => text.replaceAll('\\\\', '\\')),
  A: ['[E, E]', '[E]', '[P, L]', '[L, L, L]', '[[E], E]', '[N..N]'],
  O: ['{T: E}', '{"a": E, "b": P}', '{"k": E}', '{S: E}', '{"a": P.S, "b": {"c": E}}'],
  D: ['"[Y]-[M01]-[D01]"', '"[H01]:[m01]:[s01]"', '"[D1o] [MNn] [Y0001]"', '"[FNn], [h]:[m] [P]"', '"[X]-W[W01]-[F1]"'],
}

const simplest: Readonly<Record<string, string>> = {
  E: 'S',
  F: 'function($v){$v}',
  G: 'function($v, $w){$v}',
  A: '[N]',
}

/** A random expression. `depth` bounds how far templates nest. */
export function randomExpression(random: SeededRandom, depth = 4): string {
  return expand('E', random, depth)
}

function expand(symbol: string, random: SeededRandom, depth: number): string {
  const short = depth <= 0 ? simplest[symbol] : undefined
  const template = short ?? random.pick(productions[symbol] ?? [symbol])
  // Single capital letters that stand alone are symbols; those within words, numbers and texts are not.
  return template.replaceAll(
    /(?<![A-Za-z0-9"$[])[EPSLTNVFRAOGD](?![A-Za-z0-9])|(?<=\[)[EPSNLT](?![A-Za-z0-9])/g,
    letter => expand(letter, random, depth - 1),
  )
}
