import { presets } from '../../connectors/webhook/presets.ts'

/** Names under which files know a sender, where they are not those of its preset. */
const ALIASES: Readonly<Record<string, string>> = {
  lark: 'feishu',
  larksuite: 'feishu',
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

/**
 * The preset of a vendor as files name it, whatever their punctuation and what follows the name (`sendgrid-event`);
 * undefined when there is none.
 */
export function presetName(vendor: string): string | undefined {
  const given = plain(vendor)
  const names = [...presets.keys()].sort((one, other) => other.length - one.length)
  return (
    ALIASES[given] ?? names.find(name => plain(name) === given) ?? names.find(name => given.startsWith(plain(name)))
  )
}
