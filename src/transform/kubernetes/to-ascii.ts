/**
 * Text in other scripts → ASCII letters, as in decK 1.65's library (gosimple/unidecode). The build compresses
 * the tables, half a megabyte.
 */
import unidecode from 'unidecode'

/** Spellings of decK's tables that differ from the package's, in pairs. */
const otherwise = new Map(
  `Є Ie|є ie|Ъ '|ъ '|ʰ k|€ EU|™ |\u212a K|\u212b A|し shi|ち chi|っ tsu|つ tsu|シ shi|チ chi|ッ tsu|ツ tsu|一 [?]`
    .split('|')
    .map(pair => [pair[0] ?? '', pair.slice(2)] as const),
)

/** Letters with strokes, tails and circles around them: decK knows the letters, the package does not. */
const decorated = 'ᵬᵭᵮᵯᵰᵱᵲᵳᵴᵵᵶᵷᵽᶀᶁᶂᶃᶄᶅᶆᶇᶈᶉᶊᶌᶍᶎℲⱠⱡⱢⱣⱤⱥⱦⱧⱨⱩⱪⱫⱬⱮⱯⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩ⓪'
const undecorated = 'bdfmnprrstzgpbdfgklmnprsvxzFLlLPRatHhKkZzMAabcdefghijklmnopqrstuvwxyz0'
const letters = [...decorated]
for (const [index, letter] of letters.entries()) otherwise.set(letter, undecorated[index] ?? '')

export const toAscii = (text: string): string =>
  [...text].map(letter => otherwise.get(letter) ?? (letter > '\uffff' ? '' : unidecode(letter))).join('')
