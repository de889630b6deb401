import type * as en from '../en/problems.ts'

export const problem: typeof en.problem = {
  unreachable: '中枢没有响应。请确认它正在运行且本机可以访问；恢复后页面会自动继续。',
  again: '重试',
  request_invalid: '请求无法识别。',
  cursor_invalid: '列表已变化，请重新加载页面。',
  file_invalid: '文件无法读取。',
  token_missing: '请先登录。',
  token_invalid: '令牌无效。',
  scope_missing: '您的令牌没有此权限，请向管理员申请。',
  not_found: '内容不存在或已被移除。',
  method_not_allowed: '不支持此操作。',
  state_conflict: '当前状态下无法执行。',
  confirm_invalid: '确认信息已过期，请重新操作。',
  body_too_large: '内容过大。',
  media_type_unknown: '无法识别此类文件。',
  too_many_failures: '此地址多次使用了错误的令牌。',
  internal_error: '中枢内部出错，详情见日志。',
  not_available: '暂时不可用。',
}
