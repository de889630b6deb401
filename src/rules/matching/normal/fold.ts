/**
 * Texts in the form in which two spellings of one word are equal: compatibility form, small letters, no marks, no
 * punctuation; Greek and Cyrillic in Latin letters. Other scripts stay as they are (Chinese: see pinyin.ts).
 */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ŋ: 'n',
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
  і: 'i',
  є: 'ye',
  ґ: 'g',
  ј: 'j',
  љ: 'lj',
  њ: 'nj',
  ћ: 'c',
  ђ: 'dj',
  џ: 'dz',
  α: 'a',
  β: 'v',
  γ: 'g',
  δ: 'd',
  ε: 'e',
  ζ: 'z',
  η: 'i',
  θ: 'th',
  ι: 'i',
  κ: 'k',
  λ: 'l',
  μ: 'm',
  ν: 'n',
  ξ: 'x',
  ο: 'o',
  π: 'p',
  ρ: 'r',
  σ: 's',
  ς: 's',
  τ: 't',
  υ: 'y',
  φ: 'f',
  χ: 'ch',
  ψ: 'ps',
  ω: 'o',
}

export function fold(text: string): string {
  if (/^[a-z0-9 ]*$/u.test(text)) return text.trim()
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .normalize('NFD')
      // Marks of Latin, Greek and Cyrillic letters; vowels of Indian scripts are marks too, and stay.
      .replace(/[\u0300-\u036f]/gu, '')
      .normalize('NFC')
      .replace(/[^\p{ASCII}]/gu, letter => LETTERS[letter] ?? letter)
      .replace(/['’`´.]/gu, '')
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
      .trim()
  )
}

export function words(text: string): string[] {
  const folded = fold(text)
  return folded === '' ? [] : folded.split(/ +/u)
}
