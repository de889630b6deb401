import { names } from './documents.ts'
import type { SeededRandom } from '../../../simulation/harness/random.ts'

/** Templates of a list, with three blanks or a line end between two. */
const listed = (list: string): readonly string[] => list.trim().split(/ {3,}|\n */)

/**
 * Random expressions of the whole language, mostly of the kinds that mappings are made of. Each production is a template
 * in which a capital letter stands for something random: E an expression, P a path, S a step, L a literal, T a text,
 * N a small number, V a variable, F and G functions of one and two, B one with a signature, M a matcher, R a regular
 * expression, A a list, O an object, D, K and I pictures of dates, numbers and integers, Z a zone, C, J, Q and H kinds of E.
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
    C   C   C   C   C   C   J   J   J   J   Q   Q   Q   Q   H   H   H   H
  `),
  // Calls with arguments of any type and of any number.
  C: listed(`
    $sum(E, E)   $count(E, E)   $max()   $average(A)   $abs(E, E)   $round(E, E)   $power(E, E)   $sqrt(E)   $formatBase(E, E)
    $substring(E)   $substring(E, E)   $substring(E, E, E)   $substringBefore(E, E)   $substringAfter(E)   $pad(E, E, E)
    $pad(T, N)   $length(T)   $join(E, E)   $split(E, E)   $split(T, T, E)   $split(E, R, N)   $contains(E, E)   $contains(T, M)
    $replace(E, E, E, E)   $replace(T, R, F)   $replace(T, M, T)   $replace(T, T, F)   $match(E, R, E)   $match(T, M)
    $formatNumber(E, K)   $formatNumber(N, K)   $formatNumber(E, K, O)   $formatInteger(E, I)   $formatInteger(N, I)
    $parseInteger(E, I)   $parseInteger(T, I)   $fromMillis(E, D, Z)   $fromMillis(1510067557121, D, Z)   $fromMillis(E, E)
    $toMillis(E, D)   $toMillis(T)   $toMillis("10:30:00", D)   $number(T)   $number(A)   $string(E, true)   $string(E, E)
    $eval(E)   $eval(T, E)   $eval("a.b", E)   $eval("[1, 2].($ + 1)")   $eval("1 +")   $eval("$sum(a)")   $each(E)   $sift(E)
    $sift(E, G)   $reduce(E, F)   $reduce(E, G, E)   $single(E)   $single(A, F)   $filter(E, G)   $map(E, G)   $map(E, E)
    $sort(A, E)   $sort(A)   $zip(E)   $zip(E, E, E)   $append(E)   $merge(A)   $spread(A)   $keys(A)   $lookup(A, E)   $lookup(E, E)
    $distinct(A)   $reverse(A)   $clone(A)   $error(E)   $error()   $assert(E)   $exists()   $type(F)   $string(F)   $not(F)
    $base64encode(E)   $base64decode(E)   $encodeUrl(E)   $decodeUrl(T)   $decodeUrlComponent(E)   E.$sum(S)   E.$length()
    E.$join(T)   E.$lookup(T)   E.$contains(T)   E.$pad(N)   E.$split(T)   E ~> $join(T)   E ~> $pad(N, T)   E ~> $append(E)
  `),
  // Joins, parents, sorting and grouping put together.
  J: listed(`
    %.S   P.%   P.S.%.%.S   P.(%)   P.S[%.S = L]   P.S.{"p": %, "q": S}   P.S^(%.S)   P.%.*   P{S: %.S}   **.%.S
    P@$v#$i.{"v": $v, "i": $i}   P#$i@$v.S   P@$v[E].S   P#$i{S: $i}   P@$v{T: $v.S}   P@$v^(S).S   P^(S)#$i.{"i": $i, "s": S}
    P^(S)#$i[$i < N]   P@$v.S@$w[$v.S = $w.S]   P#$i[N]#$x.{"i": $i, "x": $x}   P@$v.S#$i.[$v, $i]   P.S#$i.S#$x.($i & $x)
    P^(S, >S)   P^(>E)   E^(S)   P^(S){S: $}   P{S: $sum(S)}   P{S: $count($)}{T: E}   P[E]{S: E}   P{S: S, E: L}   {S: E}{T: $}
    P[[E]]   P[[N..N]]   P[E][E]   P[N][N]   P[-N].S   E[E]^(S)   P.S[]{S: $}   [P][N].S   [E, E].S   {T: E}.*   E.*   E.**   **[E]
    *.S   *[E].S   P.*[N]   **.S[N]   $.*   $$.*.S   P.[S]   P.[E][]   P.{T: E}[]   P.(E; E)   P.(V := E)   P.L   E.L   E.T   E.N
  `),
  // Lists of one, names in quotes, comments, empty things, numbers and texts at the edge.
  Q: listed(`
    E[][]   (E)[]   [E][]   $map(E, F)[]   P.S[][N]   $sort(E)[]   $append(E, [])[]   [[]]   [E][0]   [[E]]   [[E], []]   ()   {}
    \`a\`.S   "a".S   P."b"   P.\`name\`   /* a */ E   E /* b */   (E /* c */ ; E)   (;)   (E;)   -E   --N   1e308 * E   0.1 + 0.2 + E
    E / 0   1 / 3 + E   E % 0   1e21 & E   5e-7 & E   "\\ud83d\\ude00é" & E   $length("\\ud83d\\ude00é")
    $substring("a\\ud83d\\ude00bc", N, N)   $pad("\\ud83d\\ude00", N, T)   [E..E]   [0..E]   [1..1e8]   E ? E   E ?: E ?: E
    E ?? E ?? E   E = [E, E]   {T: E} = {T: E}   null = E   E in [E, E]   L and E   L or E   null.S   null[0]   null & T   [null].S
    E and 1e308 * 10   $exists(E.S)   E.S ?? L   $boolean(A)   $boolean([E])   $boolean({})   ({T: [E]}).S   ({T: [[E]]}).S
  `),
  // Functions as values.
  H: listed(`
    (F ~> F)(E)   E ~> F ~> F   E ~> F   E ~> E   $map(E, $uppercase ~> $length)   $map(E, $string ~> $length)   (E ~> F)[N]
    ($v := $lookup(?, T); $v(E))   $append(?, E)(E)   $append(E, ?)(E)   G(?, E)(E)   G(E, ?)(E)   G(?, ?)(E, E)   E(?)   S(?)   G(E)
    F(E, E, E)   F()   B(E)   B(E, E)   $map(E, B)   E.B()   E ~> B   (V := B; V(E))   (V := G; V(V, E))   $map([F, F], function($v){$v(E)})
    ($f := function($n, $v){$n <= 0 ? $v : $f($n - 1, [$v, $n])}; $f(N, E))   ($f := function($n){$n > 0 ? $f($n - 1)}; $f(N))
    (V := N; $f := function(){V}; V := E; $f())   (V := E; $f := function($v){V := $v; V}; [$f(E), V])   function($v){function($w){$v}}(E)(E)
    ($uppercase := F; $uppercase(E))   ($sum := E; $sum(P))   E ~> |E|E|   E ~> |E|E, E|   $map(E, |$|O|)   P ~> |S|{T: $}, T|   M(T)
    $reduce(E, function($v, $w, $i, $x){$i})   $filter(E, function($v, $i, $x){$i < $count($x) - 1})   $each(E, function($v, $k, $o){$k})
    $single(E, function($v, $i){$i = N})   $sort(E, function($v, $w){$v.S > $w.S})   $map(E, R)   R(T)   T ~> R   R(T).next()   E ~> $map(R)
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
  K: ['"0.00"', '"#,##0.###"', '"00.0#;(00.0#)"', '"0%"', '"0.0e0"', '"#"', '"x0y"', '"0,0"', '"#.#.#"', '""', '"‰#"'],
  I: ['"w"', '"Ww"', '"W;o"', '"I"', '"i"', '"A"', '"a"', '"0000"', '"#,##0"', '"1;o"', '"#:##0"', '"x"', '"٠"', '""'],
  Z: ['"+0100"', '"-0530"', '"0"', '""', '"x"', 'E'],
  B: [
    'function($v)<n:n>{$v}',
    'function($v)<s-:s>{$v}',
    'function($v, $w)<a<n>n?:n>{$sum($v)}',
    'function($v, $w)<(sn)x?:s>{$v}',
    'function($v)<f:x>{$v(1)}',
    'function($v, $w)<n+s?:x>{[$v, $w]}',
    'function($v)<a<s>:x>{$v}',
    'function($v)<o-:x>{$v}',
    'function($v)<j:x>{$v}',
    'function($v)<b?:x>{$v}',
  ],
  M: [
    'function($s){{"match": "a", "start": 0, "end": 1, "groups": []}}',
    'function($s){$contains($s, "a") ? {"match": "a", "start": $length($substringBefore($s, "a")), "end": 1, "groups": ["a"]}}',
    'function($s){$s}',
    'function($s){{"match": 1}}',
  ],
  D: [
    '"[Y]-[M01]-[D01]"',
    '"[H01]:[m01]:[s01]"',
    '"[D1o] [MNn] [Y0001]"',
    '"[FNn], [h]:[m] [PN]"',
    '"[h].[f001][Z]"',
    '"[D1o] [MN,3-3], [YI]"',
    '"[W]/[w]/[d]"',
    '"[q]"',
    '"[Y"',
    '"[[x]] [Ww]"',
    '"[X]-W[W01]-[F1]"',
  ],
}

const simplest: Readonly<Record<string, string>> = {
  E: 'S',
  F: 'function($v){$v}',
  G: 'function($v, $w){$v}',
  A: '[N]',
  C: 'S',
  J: 'S',
  Q: 'S',
  H: 'S',
}

/** A random expression. `depth` bounds how far templates nest. */
export function randomExpression(random: SeededRandom, depth = 4): string {
  return expand(random.pick(['E', 'E', 'C', 'J', 'Q', 'H']), random, depth)
}

function expand(symbol: string, random: SeededRandom, depth: number): string {
  const short = depth <= 0 ? simplest[symbol] : undefined
  const template = short ?? random.pick(productions[symbol] ?? [symbol])
  // Single capital letters that stand alone are symbols; those within words, numbers and texts are not.
  return template.replaceAll(
    /(?<![A-Za-z0-9"$[])[ABCDEFGHIJKLMNOPQRSTVZ](?![A-Za-z0-9])|(?<=\[)[EPSNLT](?![A-Za-z0-9])/g,
    letter => expand(letter, random, depth - 1),
  )
}
