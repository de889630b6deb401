/** The readable text of HTML, for connectors whose vendor gives nothing else. */
export { htmlText } from '#model/values/html-text.ts'
