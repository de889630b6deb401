import { broken, frame, login, notFound } from './zh-cn/frame.ts'
import { mappings, overview } from './zh-cn/pages.ts'
import { problem } from './zh-cn/problems.ts'

export const zh = { frame, login, notFound, broken, problem, overview, mappings }
