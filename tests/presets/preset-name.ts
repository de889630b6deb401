import { presets } from '../../connectors/webhook/presets.ts'

/** Names under which files know a sender, where they are not those of its preset. */
const ALIASES: Readonly<Record<string, string>> = {
  lark: 'feishu',
  larksuite: 'feishu',
  svix: 'standard-webhooks',
  erpnext: 'frappe',
  erpnextfrappe: 'frappe',
  kingdeek3cloud: 'kingdee',
  xiaoshouyineocrm: 'neocrm',
  xiaoshouyi: 'neocrm',
  weaverecology: 'weaver',
  wechatofficialaccount: 'wechat',
  dataverse: 'dynamics-dataverse',
  dynamics: 'dynamics-dataverse',
  sendinblue: 'brevo',
  mailchimptransactional: 'mandrill',
  teams: 'microsoft-teams',
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** The preset of a vendor as files name it, whatever their punctuation; undefined when there is none. */
export function presetName(vendor: string): string | undefined {
  return ALIASES[plain(vendor)] ?? [...presets.keys()].find(name => plain(name) === plain(vendor))
}
