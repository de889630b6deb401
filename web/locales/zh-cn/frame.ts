import type * as en from '../en/frame.ts'

export const frame: typeof en.frame = {
  navigation: '页面',
  skip: '跳到正文',
  overview: '概览',
  alerts: '告警',
  mappings: '映射',
  docs: 'REST 接口',
  about: '其他地址',
  live: '页面可见时，每隔几秒自动刷新。',
  updatedNow: '已是最新',
  updated: '{{seconds}} 秒前更新',
  notUpdated: '未能更新',
  language: '语言',
  appearance: '外观',
  asSystem: '跟随系统',
  light: '浅色',
  dark: '深色',
  account: '账号',
  logOut: '退出登录',
}

export const scopeNeeded: typeof en.scopeNeeded = {
  title: '您的令牌缺少权限 {{scope}}',
  how: '请让中枢的管理员用以下命令创建具有该权限的令牌，再用它重新登录。',
  record: '有此权限才能查看收到的记录，并用它们试运行映射。',
  result: '有此权限才能查看映射对记录的处理结果和检查结果。',
  cases: '有此权限才能运行用例。',
  plan: '有此权限才能在发布前预演草稿的影响。',
  publish: '有此权限才能发布草稿。',
  alerts: '有此权限才能确认和静默告警。',
}

export const login: typeof en.login = {
  intro: '请使用 REST 接口的令牌登录。',
  token: '令牌',
  needed: '请输入或粘贴令牌。',
  logIn: '登录',
  left: '您已退出登录。',
  ended: '令牌已过期或被吊销，请换一个令牌登录。',
  where: '首次启动时会打印管理员令牌，其他令牌可用以下命令创建：',
}

export const notFound: typeof en.notFound = {
  title: '页面不存在',
  what: '地址可能已失效或输入有误。',
  home: '返回概览',
}

export const broken: typeof en.broken = {
  title: '控制台出错了',
  again: '重新加载',
}
