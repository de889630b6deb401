import { broken, frame, login, notFound } from './en/frame.ts'
import { mappings, overview } from './en/pages.ts'
import { problem } from './en/problems.ts'

export const en = { frame, login, notFound, broken, problem, overview, mappings }
