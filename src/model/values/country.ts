import { FORMATS } from '#model/formats.ts'
import { plainText } from './text.ts'

/** ISO 3166-1 alpha-3 codes with their alpha-2 codes. */
const alpha3 =
  'AFGAF ALAAX ALBAL DZADZ ASMAS ANDAD AGOAO AIAAI ATAAQ ATGAG ARGAR ARMAM ABWAW AUSAU AUTAT AZEAZ BHSBS BHRBH BGDBD BRBBB BLRBY BELBE BLZBZ BENBJ BMUBM ' +
  'BTNBT BOLBO BESBQ BIHBA BWABW BVTBV BRABR IOTIO BRNBN BGRBG BFABF BDIBI CPVCV KHMKH CMRCM CANCA CYMKY CAFCF TCDTD CHLCL CHNCN CXRCX CCKCC COLCO COMKM ' +
  'COGCG CODCD COKCK CRICR CIVCI HRVHR CUBCU CUWCW CYPCY CZECZ DNKDK DJIDJ DMADM DOMDO ECUEC EGYEG SLVSV GNQGQ ERIER ESTEE SWZSZ ETHET FLKFK FROFO FJIFJ ' +
  'FINFI FRAFR GUFGF PYFPF ATFTF GABGA GMBGM GEOGE DEUDE GHAGH GIBGI GRCGR GRLGL GRDGD GLPGP GUMGU GTMGT GGYGG GINGN GNBGW GUYGY HTIHT HMDHM VATVA HNDHN ' +
  'HKGHK HUNHU ISLIS INDIN IDNID IRNIR IRQIQ IRLIE IMNIM ISRIL ITAIT JAMJM JPNJP JEYJE JORJO KAZKZ KENKE KIRKI PRKKP KORKR KWTKW KGZKG LAOLA LVALV LBNLB ' +
  'LSOLS LBRLR LBYLY LIELI LTULT LUXLU MACMO MDGMG MWIMW MYSMY MDVMV MLIML MLTMT MHLMH MTQMQ MRTMR MUSMU MYTYT MEXMX FSMFM MDAMD MCOMC MNGMN MNEME MSRMS ' +
  'MARMA MOZMZ MMRMM NAMNA NRUNR NPLNP NLDNL NCLNC NZLNZ NICNI NERNE NGANG NIUNU NFKNF MKDMK MNPMP NORNO OMNOM PAKPK PLWPW PSEPS PANPA PNGPG PRYPY PERPE ' +
  'PHLPH PCNPN POLPL PRTPT PRIPR QATQA REURE ROURO RUSRU RWARW BLMBL SHNSH KNAKN LCALC MAFMF SPMPM VCTVC WSMWS SMRSM STPST SAUSA SENSN SRBRS SYCSC SLESL ' +
  'SGPSG SXMSX SVKSK SVNSI SLBSB SOMSO ZAFZA SGSGS SSDSS ESPES LKALK SDNSD SURSR SJMSJ SWESE CHECH SYRSY TWNTW TJKTJ TZATZ THATH TLSTL TGOTG TKLTK TONTO ' +
  'TTOTT TUNTN TURTR TKMTM TCATC TUVTV UGAUG UKRUA AREAE GBRGB USAUS UMIUM URYUY UZBUZ VUTVU VENVE VNMVN VGBVG VIRVI WLFWF ESHEH YEMYE ZMBZM ZWEZW'

/** Languages whose names of countries are understood. */
const languages = ['en', 'zh', 'zh-Hant', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'ja', 'ko']

/** Names in use that are not the standard ones. */
const aliases: Readonly<Record<string, string>> = {
  'united states of america': 'US',
  america: 'US',
  'u.s.': 'US',
  'u.s.a.': 'US',
  uk: 'GB',
  'great britain': 'GB',
  britain: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  holland: 'NL',
  korea: 'KR',
  'republic of korea': 'KR',
  대한민국: 'KR',
  大韩民国: 'KR',
  'russian federation': 'RU',
  czechia: 'CZ',
  'czech republic': 'CZ',
  'viet nam': 'VN',
  turkey: 'TR',
  'ivory coast': 'CI',
  uae: 'AE',
  prc: 'CN',
  "people's republic of china": 'CN',
  中华人民共和国: 'CN',
  中国大陆: 'CN',
  大陆: 'CN',
  香港: 'HK',
  'hong kong': 'HK',
  澳门: 'MO',
  macau: 'MO',
  macao: 'MO',
  台湾: 'TW',
  taiwan: 'TW',
  阿联酋: 'AE',
}

let byName: ReadonlyMap<string, string> | undefined

function names(): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const codes = alpha3.split(' ')
  for (const language of languages) {
    const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' })
    for (const code of codes) {
      const name = display.of(code.slice(3))
      if (name !== undefined) found.set(folded(name), code.slice(3))
    }
  }
  for (const code of codes) found.set(code.slice(0, 3).toLowerCase(), code.slice(3))
  for (const [name, code] of Object.entries(aliases)) found.set(folded(name), code)
  return found
}

/** Without accents, case and punctuation, as names are compared. */
const folded = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[.,'’()-]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** The ISO 3166-1 alpha-2 code of a country, from that code, the one of three letters, or a name in a common language. */
export function countryCode(value: unknown): string | undefined {
  const text = plainText(value, 100)
  if (text === undefined) return undefined
  byName ??= names()
  const code = text.toUpperCase()
  if (code !== 'UK' && FORMATS['country']?.(code) === true) return code
  return byName.get(folded(text))
}
