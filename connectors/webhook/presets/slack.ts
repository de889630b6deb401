import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-Slack-Signature: v0=<hex>`, HMAC-SHA256 over `v0:timestamp:body`, five minutes either way; `url_verification` gives
 * the challenge back. Events API: outer `event_callback` with `event.type`, `event_id`, `event_time`; interactive bodies
 * are a form with `payload` as JSON, commands a form. Source: slack.md of the vendor facts; samples of
 * slackapi/java-slack-sdk. Which record an event is about depends on its type: a user, a channel, a file, or what happened.
 */
export default definePreset({
  title: 'Slack',
  category: 'messaging',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:X-Slack-Signature',
      prefix: 'v0=',
      signed: 'v0:{timestamp}:{body}',
      timestamp: { from: 'header:X-Slack-Request-Timestamp' },
    },
    handshakes: [
      { when: { 'body:type': 'url_verification' }, signed: true, echo: 'body:challenge', member: 'challenge' },
    ],
    shapes: [
      {
        when: { 'body:command': '*' },
        type: 'value:command',
        types: { '*': { object: 'command', kind: 'fact' } },
        id: 'trigger_id',
        payload: '',
        vendorEventId: 'trigger_id',
        occurredAt: 'header:X-Slack-Request-Timestamp',
      },
      {
        when: { 'body:type': 'app_rate_limited' },
        types: { '*': { object: 'event', kind: 'fact' } },
        id: ['team_id', 'minute_rate_limited'],
        payload: '',
        vendorEventId: ['team_id', 'minute_rate_limited'],
        occurredAt: 'minute_rate_limited',
        timeUnit: 's',
      },
      {
        when: { 'body:event.type': null },
        unwrap: 'payload',
        types: { '*': { object: 'interaction', kind: 'fact' } },
        id: [['trigger_id | view.id | message_ts'], ['callback_id', 'action_ts']],
        payload: '',
        vendorEventId: [['trigger_id'], ['callback_id', 'action_ts']],
        occurredAt: 'action_ts | actions[0].action_ts',
        timeUnit: 's',
      },
    ],
    events: {
      type: 'event.type',
      types: {
        team_join: { object: 'user', id: 'event.user.id' },
        'user_*': { object: 'user', id: 'event.user.id | event.user' },
        'channel_*': { object: 'channel', id: 'event.channel.id | event.channel | event.new_channel_id' },
        'group_*': { object: 'channel', id: 'event.channel.id | event.channel' },
        'im_*': { object: 'channel', id: 'event.channel.id | event.channel' },
        'file_*': { object: 'file', id: 'event.file_id | event.file.id' },
        'subteam_*': { object: 'subteam', id: 'event.subteam.id | event.subteam_id' },
        'team_*': { object: 'team', id: 'team_id' },
        '*': { object: 'event', kind: 'fact', id: 'event_id' },
      },
      id: 'event_id',
      payload: 'event',
      vendorEventId: 'event_id',
      occurredAt: 'event_time | event.event_ts',
      timeUnit: 's',
    },
    reply: { status: 200 },
  },
  secrets: 'the signing secret of the app',
  checked: ['signature vectors with the values of the official SDK', 'samples of slackapi/java-slack-sdk'],
  unverified: ['the plan of retries', 'fields of interactive bodies other than `trigger_id`'],
})
