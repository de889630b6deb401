export const frame = {
  navigation: 'Pages',
  skip: 'To the page',
  overview: 'Overview',
  alerts: 'Alerts',
  mappings: 'Mappings',
  docs: 'REST API',
  about: 'Other addresses',
  live: 'Pages ask the hub every few seconds while you look at them.',
  updatedNow: 'up to date',
  updated: 'updated {{seconds}} s ago',
  notUpdated: 'not updated',
  language: 'Language',
  appearance: 'Appearance',
  asSystem: 'As the system',
  light: 'Light',
  dark: 'Dark',
  account: 'Account',
  logOut: 'Log out',
}

export const scopeNeeded = {
  title: 'Your token lacks the scope {{scope}}',
  how: 'Ask an administrator of the hub to make a token that has it, by this command, and log in again with that one.',
  record: 'With it the records that came in are shown here, and the mapping is tried on them.',
  result: 'With it this shows what the mapping makes of a record, and what is wrong with it.',
  cases: 'With it the cases can be run.',
  plan: 'With it you can see what a draft would change before anything is published.',
  publish: 'With it a draft can be published.',
  alerts: 'With it alerts can be acknowledged and silenced.',
}

export const login = {
  intro: 'Log in with a token of the REST API.',
  token: 'Token',
  needed: 'Type or paste a token.',
  logIn: 'Log in',
  left: 'You are logged out.',
  ended: 'The hub no longer takes this token: it has expired or was revoked. Log in with another one.',
  where: 'The first start of the hub prints an admin token. Others are made by',
}

export const notFound = {
  title: 'There is no such page',
  what: 'The address may be old or mistyped.',
  home: 'To the overview',
}

export const broken = {
  title: 'The console made a mistake',
  again: 'Load the page again',
}
