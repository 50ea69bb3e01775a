/** The names of the formats of `--report`; what writes them is `render.ts`'s, which few runs load. */
export const reportFormats = ['markdown', 'html', 'json', 'junit', 'sarif', 'github'] as const

export type ReportFormat = (typeof reportFormats)[number]

export const isReportFormat = (text: string): text is ReportFormat =>
  reportFormats.some(format => format === text)
