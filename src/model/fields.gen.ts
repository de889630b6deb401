// Generated from openapi/canonical.yaml by `npm run generate`. Do not edit.
import type { EntityData } from './fields.ts'

/** Entities and their fields with all annotations, in the order of the source. */
export const ENTITY_DATA: readonly EntityData[] = [
 {
  "name": "account",
  "class": "mastered",
  "title": "Account",
  "titleZh": "客户单位",
  "description": "An organisation one does business with (schema.org Organization, CDM Account).",
  "descriptionZh": "有业务往来的组织（schema.org Organization，CDM Account）。",
  "fields": [
   {
    "name": "name",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Name",
    "titleZh": "名称",
    "description": "The name in daily use.",
    "descriptionZh": "日常使用的名称。",
    "shape": "Name"
   },
   {
    "name": "legalName",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Legal name",
    "titleZh": "法定名称",
    "description": "The registered name.",
    "descriptionZh": "工商登记名称。",
    "shape": "Name"
   },
   {
    "name": "taxId",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "key": "taxId",
    "exclusive": true,
    "title": "Tax id",
    "titleZh": "统一社会信用代码",
    "description": "统一社会信用代码 in China, VAT id or the like elsewhere.",
    "descriptionZh": "中国为统一社会信用代码，其他国家为税号。",
    "shape": "Code"
   },
   {
    "name": "role",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Role",
    "titleZh": "角色",
    "description": "What the account is to us.",
    "descriptionZh": "该单位与我方的关系。",
    "shape": "prospect, customer, partner, supplier, competitor, other"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "Whether business goes on.",
    "descriptionZh": "是否仍有业务往来。",
    "shape": "active, inactive"
   },
   {
    "name": "email",
    "kind": "email",
    "survivorship": "mostRecent",
    "pii": false,
    "key": "email",
    "title": "E-mail",
    "titleZh": "邮箱",
    "description": "The main address.",
    "descriptionZh": "主要邮箱。",
    "shape": "Email"
   },
   {
    "name": "phone",
    "kind": "phone",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Phone",
    "titleZh": "电话",
    "description": "The switchboard or main number.",
    "descriptionZh": "总机或主要电话。",
    "shape": "Phone"
   },
   {
    "name": "website",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Website",
    "titleZh": "网站",
    "description": "The home page.",
    "descriptionZh": "官方网站。",
    "shape": "Url"
   },
   {
    "name": "domain",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Domain",
    "titleZh": "域名",
    "description": "The mail and web domain, lower case.",
    "descriptionZh": "邮箱与网站域名，小写。",
    "shape": "Code"
   },
   {
    "name": "industry",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Industry",
    "titleZh": "行业",
    "description": "The line of business.",
    "descriptionZh": "所属行业。",
    "shape": "Name"
   },
   {
    "name": "numberOfEmployees",
    "kind": "number",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Number of employees",
    "titleZh": "员工人数",
    "description": "Head count.",
    "descriptionZh": "员工总数。",
    "shape": "Number"
   },
   {
    "name": "annualRevenue",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Annual revenue",
    "titleZh": "年营业额",
    "description": "Turnover of the last year.",
    "descriptionZh": "上一年营业额。",
    "shape": "Money"
   },
   {
    "name": "foundingDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Founded on",
    "titleZh": "成立日期",
    "description": "Date of foundation.",
    "descriptionZh": "成立日期。",
    "shape": "Date"
   },
   {
    "name": "address",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Address",
    "titleZh": "地址",
    "description": "The main address.",
    "descriptionZh": "主要地址。",
    "shape": "Address"
   },
   {
    "name": "billingAddress",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Billing address",
    "titleZh": "账单地址",
    "description": "Where invoices go.",
    "descriptionZh": "发票寄送地址。",
    "shape": "Address"
   },
   {
    "name": "shippingAddress",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Shipping address",
    "titleZh": "收货地址",
    "description": "Where goods go.",
    "descriptionZh": "货物送达地址。",
    "shape": "Address"
   },
   {
    "name": "emails",
    "kind": "list",
    "survivorship": "union",
    "pii": true,
    "elementKey": [
     "email"
    ],
    "key": "email",
    "title": "E-mail addresses",
    "titleZh": "全部邮箱",
    "description": "All known addresses.",
    "descriptionZh": "所有已知邮箱。",
    "shape": "TypedEmail[]"
   },
   {
    "name": "phones",
    "kind": "list",
    "survivorship": "union",
    "pii": true,
    "elementKey": [
     "phone"
    ],
    "title": "Phone numbers",
    "titleZh": "全部电话",
    "description": "All known numbers.",
    "descriptionZh": "所有已知电话。",
    "shape": "TypedPhone[]"
   },
   {
    "name": "parent",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Parent account",
    "titleZh": "上级单位",
    "description": "The organisation it belongs to.",
    "descriptionZh": "所属上级组织。",
    "shape": "Link"
   },
   {
    "name": "primaryContact",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Primary contact",
    "titleZh": "主要联系人",
    "description": "The person to talk to.",
    "descriptionZh": "主要联系人。",
    "shape": "Link"
   },
   {
    "name": "currency",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Currency",
    "titleZh": "币种",
    "description": "The currency of business.",
    "descriptionZh": "结算币种。",
    "shape": "Currency"
   },
   {
    "name": "paymentTerms",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Payment terms",
    "titleZh": "付款条件",
    "description": "As agreed.",
    "descriptionZh": "约定的付款条件。",
    "shape": "Name"
   },
   {
    "name": "creditLimit",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Credit limit",
    "titleZh": "信用额度",
    "description": "The most they may owe.",
    "descriptionZh": "最高欠款额度。",
    "shape": "Money"
   },
   {
    "name": "language",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Language",
    "titleZh": "语言",
    "description": "The language to write in.",
    "descriptionZh": "沟通语言。",
    "shape": "Language"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Description",
    "titleZh": "说明",
    "description": "Notes about the account.",
    "descriptionZh": "备注说明。",
    "shape": "Text"
   },
   {
    "name": "lifecycleStage",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lifecycle stage",
    "titleZh": "生命周期阶段",
    "description": "How far the customer has come.",
    "descriptionZh": "客户所处阶段。",
    "shape": "subscriber, lead, marketingQualified, salesQualified, opportunity, customer, advocate, former, other"
   },
   {
    "name": "score",
    "kind": "number",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Score",
    "titleZh": "评分",
    "description": "Lead or health score, as given by its system.",
    "descriptionZh": "线索或健康评分，按来源系统。",
    "shape": "Number"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "person",
  "class": "mastered",
  "title": "Person",
  "titleZh": "个人",
  "description": "A human being, in whatever role: lead and contact are roles of one person (schema.org Person, CDM Contact and Lead).",
  "descriptionZh": "自然人，不论角色：线索与联系人是同一人的角色（schema.org Person，CDM Contact 与 Lead）。",
  "fields": [
   {
    "name": "givenName",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Given name",
    "titleZh": "名",
    "description": "First name.",
    "descriptionZh": "名字。",
    "shape": "Name"
   },
   {
    "name": "additionalName",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Middle name",
    "titleZh": "中间名",
    "description": "Middle names.",
    "descriptionZh": "中间名。",
    "shape": "Name"
   },
   {
    "name": "familyName",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Family name",
    "titleZh": "姓",
    "description": "Surname.",
    "descriptionZh": "姓氏。",
    "shape": "Name"
   },
   {
    "name": "fullName",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Full name",
    "titleZh": "全名",
    "description": "The name as the person writes it.",
    "descriptionZh": "本人书写的完整姓名。",
    "shape": "Name"
   },
   {
    "name": "honorificPrefix",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Title",
    "titleZh": "称谓",
    "description": "Such as Dr, Ms, 女士.",
    "descriptionZh": "如 Dr、Ms、女士。",
    "shape": "Name"
   },
   {
    "name": "role",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Role",
    "titleZh": "角色",
    "description": "Lead, contact …; conversion changes the role, not the customer.",
    "descriptionZh": "线索、联系人等；转化只改变角色，不改变客户。",
    "shape": "lead, contact, customer, employee, partner, other"
   },
   {
    "name": "leadStatus",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lead status",
    "titleZh": "线索状态",
    "description": "How far work on the lead has come.",
    "descriptionZh": "线索跟进状态。",
    "shape": "new, working, nurturing, qualified, unqualified, converted, other"
   },
   {
    "name": "leadSource",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lead source",
    "titleZh": "线索来源",
    "description": "Where the person first came from.",
    "descriptionZh": "最初来源。",
    "shape": "Name"
   },
   {
    "name": "email",
    "kind": "email",
    "survivorship": "mostRecent",
    "pii": true,
    "key": "email",
    "title": "E-mail",
    "titleZh": "邮箱",
    "description": "The address to write to.",
    "descriptionZh": "主要邮箱。",
    "shape": "Email"
   },
   {
    "name": "mobile",
    "kind": "phone",
    "survivorship": "mostRecent",
    "pii": true,
    "key": "mobile",
    "title": "Mobile",
    "titleZh": "手机",
    "description": "The personal mobile number.",
    "descriptionZh": "个人手机号码。",
    "shape": "Phone"
   },
   {
    "name": "phone",
    "kind": "phone",
    "survivorship": "mostRecent",
    "pii": true,
    "key": "mobile",
    "title": "Phone",
    "titleZh": "电话",
    "description": "Another number, such as the desk's; a strong key only where the numbering plan says it is a mobile.",
    "descriptionZh": "其他电话，例如座机；仅当号码规则表明是手机时才是强键。",
    "shape": "Phone"
   },
   {
    "name": "emails",
    "kind": "list",
    "survivorship": "union",
    "pii": true,
    "elementKey": [
     "email"
    ],
    "key": "email",
    "title": "E-mail addresses",
    "titleZh": "全部邮箱",
    "description": "All known addresses.",
    "descriptionZh": "所有已知邮箱。",
    "shape": "TypedEmail[]"
   },
   {
    "name": "phones",
    "kind": "list",
    "survivorship": "union",
    "pii": true,
    "elementKey": [
     "phone"
    ],
    "key": "mobile",
    "title": "Phone numbers",
    "titleZh": "全部电话",
    "description": "All known numbers; those of type mobile are strong keys.",
    "descriptionZh": "所有已知电话；类型为手机的是强键。",
    "shape": "TypedPhone[]"
   },
   {
    "name": "wechatUnionid",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": true,
    "key": "wechatUnionid",
    "exclusive": true,
    "title": "WeChat unionid",
    "titleZh": "微信 unionid",
    "description": "One id per person over all apps of one WeChat platform account.",
    "descriptionZh": "同一微信开放平台账号下唯一。",
    "shape": "Code"
   },
   {
    "name": "wechatOpenid",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": true,
    "key": "wechatOpenid",
    "title": "WeChat openid",
    "titleZh": "微信 openid",
    "description": "Id of the person in one WeChat app.",
    "descriptionZh": "在某一微信应用内的编号。",
    "shape": "Code"
   },
   {
    "name": "wecomExternalUserid",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": true,
    "key": "wecomExternalUserid",
    "title": "WeCom external user id",
    "titleZh": "企业微信 external_userid",
    "description": "Id of the person as external contact in WeCom.",
    "descriptionZh": "企业微信外部联系人编号。",
    "shape": "Code"
   },
   {
    "name": "messagingIds",
    "kind": "list",
    "survivorship": "union",
    "pii": true,
    "elementKey": [
     "service",
     "app",
     "id"
    ],
    "title": "Messaging ids",
    "titleZh": "即时通讯账号",
    "description": "Addresses in messaging services.",
    "descriptionZh": "即时通讯服务中的地址。",
    "shape": "MessagingId[]"
   },
   {
    "name": "socialProfiles",
    "kind": "list",
    "survivorship": "union",
    "pii": true,
    "elementKey": [
     "network",
     "id"
    ],
    "title": "Social profiles",
    "titleZh": "社交账号",
    "description": "Profiles on social networks.",
    "descriptionZh": "社交网络账号。",
    "shape": "SocialProfile[]"
   },
   {
    "name": "account",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Account",
    "titleZh": "所属单位",
    "description": "The organisation the person works for.",
    "descriptionZh": "任职单位。",
    "shape": "Link"
   },
   {
    "name": "jobTitle",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Job title",
    "titleZh": "职位",
    "description": "As on the business card.",
    "descriptionZh": "名片上的职位。",
    "shape": "Name"
   },
   {
    "name": "department",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Department",
    "titleZh": "部门",
    "description": "Part of the organisation.",
    "descriptionZh": "所在部门。",
    "shape": "Name"
   },
   {
    "name": "reportsTo",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Reports to",
    "titleZh": "上级",
    "description": "The person's manager.",
    "descriptionZh": "直属上级。",
    "shape": "Link"
   },
   {
    "name": "gender",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Gender",
    "titleZh": "性别",
    "description": "As stated by the person.",
    "descriptionZh": "本人所述。",
    "shape": "female, male, other"
   },
   {
    "name": "birthDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Date of birth",
    "titleZh": "出生日期",
    "description": "Date of birth.",
    "descriptionZh": "出生日期。",
    "shape": "Date"
   },
   {
    "name": "language",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Language",
    "titleZh": "语言",
    "description": "The language to write in.",
    "descriptionZh": "沟通语言。",
    "shape": "Language"
   },
   {
    "name": "timeZone",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Time zone",
    "titleZh": "时区",
    "description": "IANA name, such as Asia/Shanghai.",
    "descriptionZh": "IANA 时区名，例如 Asia/Shanghai。",
    "shape": "Code"
   },
   {
    "name": "address",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Address",
    "titleZh": "地址",
    "description": "The main address.",
    "descriptionZh": "主要地址。",
    "shape": "Address"
   },
   {
    "name": "addresses",
    "kind": "list",
    "survivorship": "union",
    "pii": true,
    "elementKey": [
     "type"
    ],
    "title": "Addresses",
    "titleZh": "全部地址",
    "description": "One address per use.",
    "descriptionZh": "每种用途一个地址。",
    "shape": "TypedAddress[]"
   },
   {
    "name": "consents",
    "kind": "list",
    "survivorship": "consent",
    "pii": true,
    "elementKey": [
     "channel",
     "purpose"
    ],
    "title": "Consents",
    "titleZh": "同意",
    "description": "What the person said, per channel and purpose.",
    "descriptionZh": "个人按渠道和用途的表态。",
    "shape": "Consent[]"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Description",
    "titleZh": "说明",
    "description": "Notes about the person.",
    "descriptionZh": "备注说明。",
    "shape": "Text"
   },
   {
    "name": "lifecycleStage",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lifecycle stage",
    "titleZh": "生命周期阶段",
    "description": "How far the customer has come.",
    "descriptionZh": "客户所处阶段。",
    "shape": "subscriber, lead, marketingQualified, salesQualified, opportunity, customer, advocate, former, other"
   },
   {
    "name": "score",
    "kind": "number",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Score",
    "titleZh": "评分",
    "description": "Lead or health score, as given by its system.",
    "descriptionZh": "线索或健康评分，按来源系统。",
    "shape": "Number"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "product",
  "class": "mastered",
  "title": "Product",
  "titleZh": "产品",
  "description": "Something sold (schema.org Product).",
  "descriptionZh": "所售产品（schema.org Product）。",
  "fields": [
   {
    "name": "sku",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "key": "sku",
    "exclusive": true,
    "title": "SKU",
    "titleZh": "产品编码",
    "description": "Our own product number.",
    "descriptionZh": "我方产品编码。",
    "shape": "Code"
   },
   {
    "name": "gtin",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "key": "gtin",
    "exclusive": true,
    "title": "GTIN",
    "titleZh": "商品条码",
    "description": "Global trade item number (EAN, UPC).",
    "descriptionZh": "全球贸易项目代码（EAN、UPC）。",
    "shape": "Code"
   },
   {
    "name": "name",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Name",
    "titleZh": "名称",
    "description": "As shown to customers.",
    "descriptionZh": "对客户展示的名称。",
    "shape": "Name"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Description",
    "titleZh": "说明",
    "description": "What it is.",
    "descriptionZh": "产品说明。",
    "shape": "Text"
   },
   {
    "name": "category",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Category",
    "titleZh": "类别",
    "description": "The group it belongs to.",
    "descriptionZh": "所属类别。",
    "shape": "Name"
   },
   {
    "name": "brand",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Brand",
    "titleZh": "品牌",
    "description": "The brand.",
    "descriptionZh": "品牌。",
    "shape": "Name"
   },
   {
    "name": "model",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Model",
    "titleZh": "型号",
    "description": "The maker's model.",
    "descriptionZh": "厂商型号。",
    "shape": "Name"
   },
   {
    "name": "unit",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Unit",
    "titleZh": "单位",
    "description": "Unit of sale.",
    "descriptionZh": "销售单位。",
    "shape": "Name"
   },
   {
    "name": "price",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Price",
    "titleZh": "价格",
    "description": "List price.",
    "descriptionZh": "标价。",
    "shape": "Money"
   },
   {
    "name": "cost",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Cost",
    "titleZh": "成本",
    "description": "What it costs us.",
    "descriptionZh": "成本价。",
    "shape": "Money"
   },
   {
    "name": "taxRate",
    "kind": "number",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Tax rate",
    "titleZh": "税率",
    "description": "In percent.",
    "descriptionZh": "百分比。",
    "shape": "Number"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "Whether it is sold.",
    "descriptionZh": "是否在售。",
    "shape": "active, draft, discontinued"
   },
   {
    "name": "url",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Web page",
    "titleZh": "网页",
    "description": "The page about it.",
    "descriptionZh": "产品页面。",
    "shape": "Url"
   },
   {
    "name": "image",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Picture",
    "titleZh": "图片",
    "description": "Address of a picture.",
    "descriptionZh": "图片地址。",
    "shape": "Url"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "opportunity",
  "class": "transaction",
  "title": "Opportunity",
  "titleZh": "商机",
  "description": "A deal that may come (CDM Opportunity).",
  "descriptionZh": "可能达成的交易（CDM Opportunity）。",
  "fields": [
   {
    "name": "number",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Number",
    "titleZh": "编号",
    "description": "Its number in the home system.",
    "descriptionZh": "在主系统中的编号。",
    "shape": "Code"
   },
   {
    "name": "name",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Name",
    "titleZh": "名称",
    "description": "What it is about.",
    "descriptionZh": "商机主题。",
    "shape": "Name"
   },
   {
    "name": "account",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Account",
    "titleZh": "客户单位",
    "description": "The organisation that may buy.",
    "descriptionZh": "可能购买的单位。",
    "shape": "Link"
   },
   {
    "name": "person",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Contact",
    "titleZh": "联系人",
    "description": "The person one deals with.",
    "descriptionZh": "对接联系人。",
    "shape": "Link"
   },
   {
    "name": "campaign",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "campaign"
    ],
    "title": "Campaign",
    "titleZh": "市场活动",
    "description": "The campaign it came from.",
    "descriptionZh": "来源市场活动。",
    "shape": "Link"
   },
   {
    "name": "type",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Type",
    "titleZh": "类型",
    "description": "New business, renewal …",
    "descriptionZh": "新业务、续约等。",
    "shape": "Name"
   },
   {
    "name": "stage",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Stage",
    "titleZh": "阶段",
    "description": "The stage in the sales process, in the home system's words.",
    "descriptionZh": "主系统中的销售阶段。",
    "shape": "Name"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "Open, won or lost.",
    "descriptionZh": "进行中、赢单或输单。",
    "shape": "open, won, lost"
   },
   {
    "name": "amount",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Amount",
    "titleZh": "金额",
    "description": "Expected value.",
    "descriptionZh": "预计金额。",
    "shape": "Money"
   },
   {
    "name": "probability",
    "kind": "number",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Probability",
    "titleZh": "概率",
    "description": "In percent, 0 to 100.",
    "descriptionZh": "百分比，0 至 100。",
    "shape": "Number"
   },
   {
    "name": "expectedCloseDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Expected close date",
    "titleZh": "预计成交日期",
    "description": "When it should be decided.",
    "descriptionZh": "预计决定日期。",
    "shape": "Date"
   },
   {
    "name": "closedAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Closed at",
    "titleZh": "关闭时间",
    "description": "When it was won or lost.",
    "descriptionZh": "赢单或输单的时间。",
    "shape": "Time"
   },
   {
    "name": "lostReason",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Reason lost",
    "titleZh": "输单原因",
    "description": "Why it was lost.",
    "descriptionZh": "输单原因。",
    "shape": "Name"
   },
   {
    "name": "leadSource",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lead source",
    "titleZh": "来源",
    "description": "Where it came from.",
    "descriptionZh": "商机来源。",
    "shape": "Name"
   },
   {
    "name": "nextStep",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Next step",
    "titleZh": "下一步",
    "description": "What comes next.",
    "descriptionZh": "下一步行动。",
    "shape": "Text"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Description",
    "titleZh": "说明",
    "description": "Notes.",
    "descriptionZh": "备注。",
    "shape": "Text"
   },
   {
    "name": "lines",
    "kind": "list",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lines",
    "titleZh": "明细",
    "description": "The lines of the document, in order; stated as a whole.",
    "descriptionZh": "单据明细，按顺序，整体陈述。",
    "shape": "Line[]"
   },
   {
    "name": "createdAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Created at",
    "titleZh": "创建时间",
    "description": "When it was opened.",
    "descriptionZh": "创建时间。",
    "shape": "Time"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "quote",
  "class": "transaction",
  "title": "Quote",
  "titleZh": "报价单",
  "description": "An offer with prices (CDM Quote).",
  "descriptionZh": "带价格的报价（CDM Quote）。",
  "fields": [
   {
    "name": "number",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Number",
    "titleZh": "编号",
    "description": "Its number.",
    "descriptionZh": "报价单编号。",
    "shape": "Code"
   },
   {
    "name": "name",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Name",
    "titleZh": "名称",
    "description": "What it is about.",
    "descriptionZh": "报价主题。",
    "shape": "Name"
   },
   {
    "name": "account",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Account",
    "titleZh": "客户单位",
    "description": "To whom it is offered.",
    "descriptionZh": "报价对象单位。",
    "shape": "Link"
   },
   {
    "name": "person",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Contact",
    "titleZh": "联系人",
    "description": "The person it is sent to.",
    "descriptionZh": "收件联系人。",
    "shape": "Link"
   },
   {
    "name": "opportunity",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "opportunity"
    ],
    "title": "Opportunity",
    "titleZh": "商机",
    "description": "The deal it belongs to.",
    "descriptionZh": "所属商机。",
    "shape": "Link"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "Where it stands.",
    "descriptionZh": "当前状态。",
    "shape": "draft, sent, accepted, rejected, expired, cancelled"
   },
   {
    "name": "issueDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Issued on",
    "titleZh": "出具日期",
    "description": "Date on the document.",
    "descriptionZh": "单据日期。",
    "shape": "Date"
   },
   {
    "name": "validUntil",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Valid until",
    "titleZh": "有效期至",
    "description": "Last day it holds.",
    "descriptionZh": "最后有效日。",
    "shape": "Date"
   },
   {
    "name": "subtotal",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Subtotal",
    "titleZh": "小计",
    "description": "Before tax.",
    "descriptionZh": "税前金额。",
    "shape": "Money"
   },
   {
    "name": "discount",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Discount",
    "titleZh": "折扣",
    "description": "Taken off the whole.",
    "descriptionZh": "整单折扣。",
    "shape": "Money"
   },
   {
    "name": "tax",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Tax",
    "titleZh": "税额",
    "description": "Tax in total.",
    "descriptionZh": "税额合计。",
    "shape": "Money"
   },
   {
    "name": "total",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Total",
    "titleZh": "总额",
    "description": "What is to be paid.",
    "descriptionZh": "应付总额。",
    "shape": "Money"
   },
   {
    "name": "paymentTerms",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Payment terms",
    "titleZh": "付款条件",
    "description": "As offered.",
    "descriptionZh": "报价中的付款条件。",
    "shape": "Name"
   },
   {
    "name": "lines",
    "kind": "list",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lines",
    "titleZh": "明细",
    "description": "The lines of the document, in order; stated as a whole.",
    "descriptionZh": "单据明细，按顺序，整体陈述。",
    "shape": "Line[]"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Description",
    "titleZh": "说明",
    "description": "Notes.",
    "descriptionZh": "备注。",
    "shape": "Text"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "contract",
  "class": "transaction",
  "title": "Contract",
  "titleZh": "合同",
  "description": "An agreement with a customer (CDM Contract).",
  "descriptionZh": "与客户签订的协议（CDM Contract）。",
  "fields": [
   {
    "name": "number",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Number",
    "titleZh": "编号",
    "description": "Its number.",
    "descriptionZh": "合同编号。",
    "shape": "Code"
   },
   {
    "name": "name",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Name",
    "titleZh": "名称",
    "description": "What it is about.",
    "descriptionZh": "合同名称。",
    "shape": "Name"
   },
   {
    "name": "account",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Account",
    "titleZh": "客户单位",
    "description": "The other party.",
    "descriptionZh": "合同对方。",
    "shape": "Link"
   },
   {
    "name": "person",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Signatory",
    "titleZh": "签署人",
    "description": "Who signs for the other party.",
    "descriptionZh": "对方签署人。",
    "shape": "Link"
   },
   {
    "name": "opportunity",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "opportunity"
    ],
    "title": "Opportunity",
    "titleZh": "商机",
    "description": "The deal it came from.",
    "descriptionZh": "来源商机。",
    "shape": "Link"
   },
   {
    "name": "quote",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "quote"
    ],
    "title": "Quote",
    "titleZh": "报价单",
    "description": "The offer it rests on.",
    "descriptionZh": "依据的报价单。",
    "shape": "Link"
   },
   {
    "name": "type",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Type",
    "titleZh": "类型",
    "description": "Kind of agreement.",
    "descriptionZh": "合同类型。",
    "shape": "Name"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "Where it stands.",
    "descriptionZh": "当前状态。",
    "shape": "draft, inApproval, sent, signed, active, expired, terminated, cancelled"
   },
   {
    "name": "startDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Start",
    "titleZh": "开始日期",
    "description": "First day it holds.",
    "descriptionZh": "生效日期。",
    "shape": "Date"
   },
   {
    "name": "endDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "End",
    "titleZh": "结束日期",
    "description": "Last day it holds.",
    "descriptionZh": "终止日期。",
    "shape": "Date"
   },
   {
    "name": "signedAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Signed at",
    "titleZh": "签署时间",
    "description": "When the last party signed.",
    "descriptionZh": "最后一方签署时间。",
    "shape": "Time"
   },
   {
    "name": "autoRenew",
    "kind": "boolean",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Renews by itself",
    "titleZh": "自动续约",
    "description": "Whether it goes on unless ended.",
    "descriptionZh": "若未终止是否自动延续。",
    "shape": "Boolean"
   },
   {
    "name": "value",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Value",
    "titleZh": "合同金额",
    "description": "Value over the whole term.",
    "descriptionZh": "合同期内总金额。",
    "shape": "Money"
   },
   {
    "name": "billingFrequency",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Billing frequency",
    "titleZh": "计费周期",
    "description": "How often it is billed.",
    "descriptionZh": "计费频率。",
    "shape": "once, weekly, monthly, quarterly, yearly, other"
   },
   {
    "name": "url",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Document",
    "titleZh": "文档",
    "description": "Where the signed document is.",
    "descriptionZh": "已签文档地址。",
    "shape": "Url"
   },
   {
    "name": "lines",
    "kind": "list",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lines",
    "titleZh": "明细",
    "description": "The lines of the document, in order; stated as a whole.",
    "descriptionZh": "单据明细，按顺序，整体陈述。",
    "shape": "Line[]"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Description",
    "titleZh": "说明",
    "description": "Notes.",
    "descriptionZh": "备注。",
    "shape": "Text"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "order",
  "class": "transaction",
  "title": "Order",
  "titleZh": "订单",
  "description": "A sale (schema.org Order, CDM Order).",
  "descriptionZh": "销售订单（schema.org Order，CDM Order）。",
  "fields": [
   {
    "name": "number",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Number",
    "titleZh": "编号",
    "description": "Its number.",
    "descriptionZh": "订单编号。",
    "shape": "Code"
   },
   {
    "name": "name",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Name",
    "titleZh": "名称",
    "description": "What it is about.",
    "descriptionZh": "订单主题。",
    "shape": "Name"
   },
   {
    "name": "account",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Account",
    "titleZh": "客户单位",
    "description": "The organisation that buys.",
    "descriptionZh": "购买单位。",
    "shape": "Link"
   },
   {
    "name": "person",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Customer",
    "titleZh": "客户",
    "description": "The person who ordered.",
    "descriptionZh": "下单人。",
    "shape": "Link"
   },
   {
    "name": "opportunity",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "opportunity"
    ],
    "title": "Opportunity",
    "titleZh": "商机",
    "description": "The deal it came from.",
    "descriptionZh": "来源商机。",
    "shape": "Link"
   },
   {
    "name": "quote",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "quote"
    ],
    "title": "Quote",
    "titleZh": "报价单",
    "description": "The offer it came from.",
    "descriptionZh": "来源报价单。",
    "shape": "Link"
   },
   {
    "name": "contract",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "contract"
    ],
    "title": "Contract",
    "titleZh": "合同",
    "description": "The agreement it falls under.",
    "descriptionZh": "所属合同。",
    "shape": "Link"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "Where it stands.",
    "descriptionZh": "当前状态。",
    "shape": "draft, placed, confirmed, processing, shipped, delivered, completed, cancelled, returned"
   },
   {
    "name": "paymentStatus",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Payment status",
    "titleZh": "付款状态",
    "description": "How much is paid.",
    "descriptionZh": "付款情况。",
    "shape": "unpaid, partiallyPaid, paid, refunded, partiallyRefunded"
   },
   {
    "name": "orderedAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Ordered at",
    "titleZh": "下单时间",
    "description": "When it was placed.",
    "descriptionZh": "下单时间。",
    "shape": "Time"
   },
   {
    "name": "subtotal",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Subtotal",
    "titleZh": "小计",
    "description": "Before tax and shipping.",
    "descriptionZh": "税费与运费前金额。",
    "shape": "Money"
   },
   {
    "name": "discount",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Discount",
    "titleZh": "折扣",
    "description": "Taken off the whole.",
    "descriptionZh": "整单折扣。",
    "shape": "Money"
   },
   {
    "name": "shipping",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Shipping",
    "titleZh": "运费",
    "description": "Cost of shipping.",
    "descriptionZh": "运费。",
    "shape": "Money"
   },
   {
    "name": "tax",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Tax",
    "titleZh": "税额",
    "description": "Tax in total.",
    "descriptionZh": "税额合计。",
    "shape": "Money"
   },
   {
    "name": "total",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Total",
    "titleZh": "总额",
    "description": "What is to be paid.",
    "descriptionZh": "应付总额。",
    "shape": "Money"
   },
   {
    "name": "requestedDeliveryDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Requested delivery date",
    "titleZh": "要求交货日期",
    "description": "When the customer wants it.",
    "descriptionZh": "客户要求的交货日期。",
    "shape": "Date"
   },
   {
    "name": "shippedAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Shipped at",
    "titleZh": "发货时间",
    "description": "When it left.",
    "descriptionZh": "发货时间。",
    "shape": "Time"
   },
   {
    "name": "deliveredAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Delivered at",
    "titleZh": "送达时间",
    "description": "When it arrived.",
    "descriptionZh": "送达时间。",
    "shape": "Time"
   },
   {
    "name": "trackingNumber",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Tracking number",
    "titleZh": "运单号",
    "description": "The carrier's number.",
    "descriptionZh": "承运商单号。",
    "shape": "Code"
   },
   {
    "name": "shippingAddress",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Shipping address",
    "titleZh": "收货地址",
    "description": "Where it goes.",
    "descriptionZh": "收货地址。",
    "shape": "Address"
   },
   {
    "name": "billingAddress",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Billing address",
    "titleZh": "账单地址",
    "description": "Where the invoice goes.",
    "descriptionZh": "发票寄送地址。",
    "shape": "Address"
   },
   {
    "name": "channel",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Channel",
    "titleZh": "渠道",
    "description": "Shop, phone, web …",
    "descriptionZh": "门店、电话、网站等。",
    "shape": "Name"
   },
   {
    "name": "lines",
    "kind": "list",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lines",
    "titleZh": "明细",
    "description": "The lines of the document, in order; stated as a whole.",
    "descriptionZh": "单据明细，按顺序，整体陈述。",
    "shape": "Line[]"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Description",
    "titleZh": "说明",
    "description": "Notes.",
    "descriptionZh": "备注。",
    "shape": "Text"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "invoice",
  "class": "transaction",
  "title": "Invoice",
  "titleZh": "发票",
  "description": "A bill, open or paid (schema.org Invoice, CDM Invoice).",
  "descriptionZh": "账单，未付或已付（schema.org Invoice，CDM Invoice）。",
  "fields": [
   {
    "name": "number",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Number",
    "titleZh": "编号",
    "description": "Its number.",
    "descriptionZh": "发票编号。",
    "shape": "Code"
   },
   {
    "name": "type",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Type",
    "titleZh": "类型",
    "description": "Kind of document.",
    "descriptionZh": "单据类型。",
    "shape": "invoice, creditNote, proforma, receipt"
   },
   {
    "name": "account",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Account",
    "titleZh": "客户单位",
    "description": "The organisation that pays.",
    "descriptionZh": "付款单位。",
    "shape": "Link"
   },
   {
    "name": "person",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Customer",
    "titleZh": "客户",
    "description": "The person that pays.",
    "descriptionZh": "付款人。",
    "shape": "Link"
   },
   {
    "name": "order",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "order"
    ],
    "title": "Order",
    "titleZh": "订单",
    "description": "The order it bills.",
    "descriptionZh": "对应订单。",
    "shape": "Link"
   },
   {
    "name": "contract",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "contract"
    ],
    "title": "Contract",
    "titleZh": "合同",
    "description": "The agreement it falls under.",
    "descriptionZh": "所属合同。",
    "shape": "Link"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "Open, paid …",
    "descriptionZh": "未付、已付等。",
    "shape": "draft, open, partiallyPaid, paid, overdue, void, uncollectible"
   },
   {
    "name": "issueDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Issued on",
    "titleZh": "开票日期",
    "description": "Date on the document.",
    "descriptionZh": "开票日期。",
    "shape": "Date"
   },
   {
    "name": "dueDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Due on",
    "titleZh": "到期日期",
    "description": "Last day to pay.",
    "descriptionZh": "最后付款日。",
    "shape": "Date"
   },
   {
    "name": "paidAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Paid at",
    "titleZh": "付款时间",
    "description": "When it was fully paid.",
    "descriptionZh": "付清时间。",
    "shape": "Time"
   },
   {
    "name": "subtotal",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Subtotal",
    "titleZh": "小计",
    "description": "Before tax.",
    "descriptionZh": "税前金额。",
    "shape": "Money"
   },
   {
    "name": "discount",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Discount",
    "titleZh": "折扣",
    "description": "Taken off the whole.",
    "descriptionZh": "整单折扣。",
    "shape": "Money"
   },
   {
    "name": "tax",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Tax",
    "titleZh": "税额",
    "description": "Tax in total.",
    "descriptionZh": "税额合计。",
    "shape": "Money"
   },
   {
    "name": "total",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Total",
    "titleZh": "总额",
    "description": "What is to be paid.",
    "descriptionZh": "应付总额。",
    "shape": "Money"
   },
   {
    "name": "amountPaid",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Paid",
    "titleZh": "已付金额",
    "description": "Paid so far.",
    "descriptionZh": "已付金额。",
    "shape": "Money"
   },
   {
    "name": "amountDue",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Open",
    "titleZh": "未付金额",
    "description": "Still to be paid.",
    "descriptionZh": "未付金额。",
    "shape": "Money"
   },
   {
    "name": "billingAddress",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Billing address",
    "titleZh": "账单地址",
    "description": "Where it goes.",
    "descriptionZh": "寄送地址。",
    "shape": "Address"
   },
   {
    "name": "url",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Document",
    "titleZh": "文档",
    "description": "Where the document is.",
    "descriptionZh": "单据地址。",
    "shape": "Url"
   },
   {
    "name": "lines",
    "kind": "list",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Lines",
    "titleZh": "明细",
    "description": "The lines of the document, in order; stated as a whole.",
    "descriptionZh": "单据明细，按顺序，整体陈述。",
    "shape": "Line[]"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Description",
    "titleZh": "说明",
    "description": "Notes.",
    "descriptionZh": "备注。",
    "shape": "Text"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "ticket",
  "class": "transaction",
  "title": "Ticket",
  "titleZh": "工单",
  "description": "A request for help (CDM Case).",
  "descriptionZh": "服务请求（CDM Case）。",
  "fields": [
   {
    "name": "number",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Number",
    "titleZh": "编号",
    "description": "Its number.",
    "descriptionZh": "工单编号。",
    "shape": "Code"
   },
   {
    "name": "subject",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Subject",
    "titleZh": "主题",
    "description": "In one line.",
    "descriptionZh": "一行概述。",
    "shape": "Name"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Description",
    "titleZh": "说明",
    "description": "What the customer wrote.",
    "descriptionZh": "客户描述。",
    "shape": "Text"
   },
   {
    "name": "account",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Account",
    "titleZh": "客户单位",
    "description": "The organisation concerned.",
    "descriptionZh": "相关单位。",
    "shape": "Link"
   },
   {
    "name": "person",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Requester",
    "titleZh": "提交人",
    "description": "Who asks.",
    "descriptionZh": "提交人。",
    "shape": "Link"
   },
   {
    "name": "order",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "order"
    ],
    "title": "Order",
    "titleZh": "订单",
    "description": "The order concerned.",
    "descriptionZh": "相关订单。",
    "shape": "Link"
   },
   {
    "name": "product",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "product"
    ],
    "title": "Product",
    "titleZh": "产品",
    "description": "The product concerned.",
    "descriptionZh": "相关产品。",
    "shape": "Link"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "Where it stands.",
    "descriptionZh": "当前状态。",
    "shape": "new, open, pending, onHold, solved, closed"
   },
   {
    "name": "priority",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Priority",
    "titleZh": "优先级",
    "description": "How pressing it is.",
    "descriptionZh": "紧急程度。",
    "shape": "low, normal, high, urgent"
   },
   {
    "name": "type",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Type",
    "titleZh": "类型",
    "description": "What kind of request.",
    "descriptionZh": "请求类型。",
    "shape": "question, problem, incident, request, complaint, other"
   },
   {
    "name": "category",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Category",
    "titleZh": "类别",
    "description": "Topic, in the home system's words.",
    "descriptionZh": "主系统中的分类。",
    "shape": "Name"
   },
   {
    "name": "channel",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Channel",
    "titleZh": "渠道",
    "description": "How it came in.",
    "descriptionZh": "来源渠道。",
    "shape": "email, phone, web, chat, wechat, social, api, other"
   },
   {
    "name": "openedAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Opened at",
    "titleZh": "创建时间",
    "description": "When it came in.",
    "descriptionZh": "创建时间。",
    "shape": "Time"
   },
   {
    "name": "firstResponseAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "First response at",
    "titleZh": "首次响应时间",
    "description": "When it was first answered.",
    "descriptionZh": "首次答复时间。",
    "shape": "Time"
   },
   {
    "name": "dueAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Due at",
    "titleZh": "截止时间",
    "description": "When it must be solved.",
    "descriptionZh": "应解决时间。",
    "shape": "Time"
   },
   {
    "name": "solvedAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Solved at",
    "titleZh": "解决时间",
    "description": "When it was solved.",
    "descriptionZh": "解决时间。",
    "shape": "Time"
   },
   {
    "name": "closedAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Closed at",
    "titleZh": "关闭时间",
    "description": "When it was closed.",
    "descriptionZh": "关闭时间。",
    "shape": "Time"
   },
   {
    "name": "resolution",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Resolution",
    "titleZh": "解决方案",
    "description": "What helped.",
    "descriptionZh": "解决办法。",
    "shape": "Text"
   },
   {
    "name": "satisfaction",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Satisfaction",
    "titleZh": "满意度",
    "description": "What the customer said about the help.",
    "descriptionZh": "客户对服务的评价。",
    "shape": "Satisfaction"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "interaction",
  "class": "fact",
  "title": "Interaction",
  "titleZh": "互动",
  "description": "Something that happened between a person and us (schema.org InteractAction, CDM Activity).",
  "descriptionZh": "个人与我方之间发生的事（schema.org InteractAction，CDM Activity）。",
  "fields": [
   {
    "name": "kind",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Kind",
    "titleZh": "类型",
    "description": "What happened.",
    "descriptionZh": "互动类型。",
    "shape": "call, email, sms, message, meeting, visit, pageView, click, open, form, survey, chat, download, note, other"
   },
   {
    "name": "direction",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Direction",
    "titleZh": "方向",
    "description": "Who began it.",
    "descriptionZh": "由谁发起。",
    "shape": "inbound, outbound"
   },
   {
    "name": "channel",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Channel",
    "titleZh": "渠道",
    "description": "How: phone, web, wechat …",
    "descriptionZh": "渠道：电话、网站、微信等。",
    "shape": "Name"
   },
   {
    "name": "subject",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Subject",
    "titleZh": "主题",
    "description": "In one line.",
    "descriptionZh": "一行概述。",
    "shape": "Name"
   },
   {
    "name": "body",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Text",
    "titleZh": "内容",
    "description": "What was said or written.",
    "descriptionZh": "内容。",
    "shape": "Text"
   },
   {
    "name": "person",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Person",
    "titleZh": "个人",
    "description": "With whom.",
    "descriptionZh": "互动对象。",
    "shape": "Link"
   },
   {
    "name": "account",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Account",
    "titleZh": "客户单位",
    "description": "The organisation concerned.",
    "descriptionZh": "相关单位。",
    "shape": "Link"
   },
   {
    "name": "opportunity",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "opportunity"
    ],
    "title": "Opportunity",
    "titleZh": "商机",
    "description": "The deal concerned.",
    "descriptionZh": "相关商机。",
    "shape": "Link"
   },
   {
    "name": "ticket",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "ticket"
    ],
    "title": "Ticket",
    "titleZh": "工单",
    "description": "The ticket concerned.",
    "descriptionZh": "相关工单。",
    "shape": "Link"
   },
   {
    "name": "campaign",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "campaign"
    ],
    "title": "Campaign",
    "titleZh": "市场活动",
    "description": "The campaign concerned.",
    "descriptionZh": "相关市场活动。",
    "shape": "Link"
   },
   {
    "name": "occurredAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Occurred at",
    "titleZh": "发生时间",
    "description": "When it began.",
    "descriptionZh": "开始时间。",
    "shape": "Time"
   },
   {
    "name": "endedAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Ended at",
    "titleZh": "结束时间",
    "description": "When it ended.",
    "descriptionZh": "结束时间。",
    "shape": "Time"
   },
   {
    "name": "durationSeconds",
    "kind": "number",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Duration",
    "titleZh": "时长",
    "description": "In seconds.",
    "descriptionZh": "以秒计。",
    "shape": "Number"
   },
   {
    "name": "url",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Web address",
    "titleZh": "网址",
    "description": "The page or recording.",
    "descriptionZh": "页面或录音地址。",
    "shape": "Url"
   },
   {
    "name": "referrer",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Referrer",
    "titleZh": "来源页",
    "description": "Where the visitor came from.",
    "descriptionZh": "访客来源页。",
    "shape": "Url"
   },
   {
    "name": "form",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Form",
    "titleZh": "表单",
    "description": "Name or id of the form or survey.",
    "descriptionZh": "表单或问卷的名称或编号。",
    "shape": "Name"
   },
   {
    "name": "answers",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": true,
    "title": "Answers",
    "titleZh": "回答",
    "description": "Answers of a form or survey, question by question.",
    "descriptionZh": "表单或问卷的逐题回答。",
    "shape": "Answers"
   },
   {
    "name": "score",
    "kind": "number",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Score",
    "titleZh": "评分",
    "description": "Score of a survey answer, as given.",
    "descriptionZh": "问卷评分，按原值。",
    "shape": "Number"
   },
   {
    "name": "outcome",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Outcome",
    "titleZh": "结果",
    "description": "Reached, no answer, bounced …",
    "descriptionZh": "接通、无人接听、退信等。",
    "shape": "Name"
   },
   {
    "name": "utm",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Campaign parameters",
    "titleZh": "推广参数",
    "description": "The utm_ parameters of the visit.",
    "descriptionZh": "访问的 utm_ 参数。",
    "shape": "Utm"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "campaign",
  "class": "fact",
  "title": "Campaign",
  "titleZh": "市场活动",
  "description": "A marketing effort (CDM Campaign).",
  "descriptionZh": "市场营销活动（CDM Campaign）。",
  "fields": [
   {
    "name": "name",
    "kind": "name",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Name",
    "titleZh": "名称",
    "description": "Its name.",
    "descriptionZh": "活动名称。",
    "shape": "Name"
   },
   {
    "name": "kind",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Kind",
    "titleZh": "类型",
    "description": "What kind of effort.",
    "descriptionZh": "活动类型。",
    "shape": "email, event, webinar, advertisement, social, sms, wechat, survey, other"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "Where it stands.",
    "descriptionZh": "当前状态。",
    "shape": "planned, active, paused, completed, cancelled"
   },
   {
    "name": "parent",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "campaign"
    ],
    "title": "Parent campaign",
    "titleZh": "上级活动",
    "description": "The campaign it is part of.",
    "descriptionZh": "所属上级活动。",
    "shape": "Link"
   },
   {
    "name": "startDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Start",
    "titleZh": "开始日期",
    "description": "First day.",
    "descriptionZh": "开始日期。",
    "shape": "Date"
   },
   {
    "name": "endDate",
    "kind": "date",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "End",
    "titleZh": "结束日期",
    "description": "Last day.",
    "descriptionZh": "结束日期。",
    "shape": "Date"
   },
   {
    "name": "budget",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Budget",
    "titleZh": "预算",
    "description": "What may be spent.",
    "descriptionZh": "预算。",
    "shape": "Money"
   },
   {
    "name": "cost",
    "kind": "money",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Cost",
    "titleZh": "实际费用",
    "description": "What was spent.",
    "descriptionZh": "实际支出。",
    "shape": "Money"
   },
   {
    "name": "url",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Web page",
    "titleZh": "网页",
    "description": "The landing page.",
    "descriptionZh": "落地页。",
    "shape": "Url"
   },
   {
    "name": "description",
    "kind": "text",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Description",
    "titleZh": "说明",
    "description": "What it is about.",
    "descriptionZh": "活动说明。",
    "shape": "Text"
   },
   {
    "name": "owner",
    "kind": "object",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Owner",
    "titleZh": "负责人",
    "description": "Who on our side looks after it.",
    "descriptionZh": "我方负责人。",
    "shape": "Owner"
   },
   {
    "name": "tags",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "title": "Tags",
    "titleZh": "标签",
    "description": "Labels; merged element by element over all systems.",
    "descriptionZh": "标签；在各系统间逐个合并。",
    "shape": "text[]"
   },
   {
    "name": "externalIds",
    "kind": "list",
    "survivorship": "union",
    "pii": false,
    "elementKey": [
     "scheme",
     "id"
    ],
    "key": "externalId",
    "title": "External ids",
    "titleZh": "外部编号",
    "description": "Ids shared between systems (customer number, …); each is a strong key.",
    "descriptionZh": "系统之间共用的编号（客户号等）；每个都是强键。",
    "shape": "ExternalId[]"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 },
 {
  "name": "campaignMembership",
  "class": "fact",
  "title": "Campaign membership",
  "titleZh": "市场活动成员",
  "description": "A person's part in a campaign (CDM Campaign Response).",
  "descriptionZh": "个人在市场活动中的参与（CDM Campaign Response）。",
  "fields": [
   {
    "name": "campaign",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "campaign"
    ],
    "title": "Campaign",
    "titleZh": "市场活动",
    "description": "Which campaign.",
    "descriptionZh": "所属活动。",
    "shape": "Link"
   },
   {
    "name": "person",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "person"
    ],
    "title": "Person",
    "titleZh": "个人",
    "description": "Who takes part.",
    "descriptionZh": "参与人。",
    "shape": "Link"
   },
   {
    "name": "account",
    "kind": "link",
    "survivorship": "mostRecent",
    "pii": false,
    "linkTo": [
     "account"
    ],
    "title": "Account",
    "titleZh": "客户单位",
    "description": "The organisation concerned.",
    "descriptionZh": "相关单位。",
    "shape": "Link"
   },
   {
    "name": "status",
    "kind": "enum",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status",
    "titleZh": "状态",
    "description": "How far it went.",
    "descriptionZh": "参与状态。",
    "shape": "targeted, sent, delivered, opened, clicked, responded, registered, attended, noShow, bounced, unsubscribed, converted, other"
   },
   {
    "name": "statusAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Status since",
    "titleZh": "状态时间",
    "description": "When it came to that.",
    "descriptionZh": "进入该状态的时间。",
    "shape": "Time"
   },
   {
    "name": "joinedAt",
    "kind": "time",
    "survivorship": "mostRecent",
    "pii": false,
    "title": "Joined at",
    "titleZh": "加入时间",
    "description": "When the person was added.",
    "descriptionZh": "加入时间。",
    "shape": "Time"
   },
   {
    "name": "extra",
    "kind": "object",
    "survivorship": "union",
    "pii": true,
    "title": "Custom fields",
    "titleZh": "自定义字段",
    "description": "Fields of one's own; merged member by member, absent members say nothing.",
    "descriptionZh": "自定义字段；逐项合并，未出现的项不作陈述。",
    "shape": "Extra"
   }
  ]
 }
]

/** JSON Schema 2020-12 of all canonical schemas, under $defs by schema name. */
export const SCHEMAS = {
 "$id": "canonical",
 "$defs": {
  "Account": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "name": {
     "$ref": "#/$defs/Name"
    },
    "legalName": {
     "$ref": "#/$defs/Name"
    },
    "taxId": {
     "$ref": "#/$defs/Code"
    },
    "role": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "prospect",
      "customer",
      "partner",
      "supplier",
      "competitor",
      "other",
      null
     ]
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "active",
      "inactive",
      null
     ]
    },
    "email": {
     "$ref": "#/$defs/Email"
    },
    "phone": {
     "$ref": "#/$defs/Phone"
    },
    "website": {
     "$ref": "#/$defs/Url"
    },
    "domain": {
     "$ref": "#/$defs/Code"
    },
    "industry": {
     "$ref": "#/$defs/Name"
    },
    "numberOfEmployees": {
     "$ref": "#/$defs/Number"
    },
    "annualRevenue": {
     "$ref": "#/$defs/Money"
    },
    "foundingDate": {
     "$ref": "#/$defs/Date"
    },
    "address": {
     "$ref": "#/$defs/Address"
    },
    "billingAddress": {
     "$ref": "#/$defs/Address"
    },
    "shippingAddress": {
     "$ref": "#/$defs/Address"
    },
    "emails": {
     "type": [
      "array",
      "null"
     ],
     "maxItems": 200,
     "items": {
      "$ref": "#/$defs/TypedEmail"
     }
    },
    "phones": {
     "type": [
      "array",
      "null"
     ],
     "maxItems": 200,
     "items": {
      "$ref": "#/$defs/TypedPhone"
     }
    },
    "parent": {
     "$ref": "#/$defs/Link"
    },
    "primaryContact": {
     "$ref": "#/$defs/Link"
    },
    "currency": {
     "$ref": "#/$defs/Currency"
    },
    "paymentTerms": {
     "$ref": "#/$defs/Name"
    },
    "creditLimit": {
     "$ref": "#/$defs/Money"
    },
    "language": {
     "$ref": "#/$defs/Language"
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "lifecycleStage": {
     "$ref": "#/$defs/LifecycleStage"
    },
    "score": {
     "$ref": "#/$defs/Number"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Person": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "givenName": {
     "$ref": "#/$defs/Name"
    },
    "additionalName": {
     "$ref": "#/$defs/Name"
    },
    "familyName": {
     "$ref": "#/$defs/Name"
    },
    "fullName": {
     "$ref": "#/$defs/Name"
    },
    "honorificPrefix": {
     "$ref": "#/$defs/Name"
    },
    "role": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "lead",
      "contact",
      "customer",
      "employee",
      "partner",
      "other",
      null
     ]
    },
    "leadStatus": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "new",
      "working",
      "nurturing",
      "qualified",
      "unqualified",
      "converted",
      "other",
      null
     ]
    },
    "leadSource": {
     "$ref": "#/$defs/Name"
    },
    "email": {
     "$ref": "#/$defs/Email"
    },
    "mobile": {
     "$ref": "#/$defs/Phone"
    },
    "phone": {
     "$ref": "#/$defs/Phone"
    },
    "emails": {
     "type": [
      "array",
      "null"
     ],
     "maxItems": 200,
     "items": {
      "$ref": "#/$defs/TypedEmail"
     }
    },
    "phones": {
     "type": [
      "array",
      "null"
     ],
     "maxItems": 200,
     "items": {
      "$ref": "#/$defs/TypedPhone"
     }
    },
    "wechatUnionid": {
     "$ref": "#/$defs/Code"
    },
    "wechatOpenid": {
     "$ref": "#/$defs/Code"
    },
    "wecomExternalUserid": {
     "$ref": "#/$defs/Code"
    },
    "messagingIds": {
     "type": [
      "array",
      "null"
     ],
     "maxItems": 200,
     "items": {
      "$ref": "#/$defs/MessagingId"
     }
    },
    "socialProfiles": {
     "type": [
      "array",
      "null"
     ],
     "maxItems": 200,
     "items": {
      "$ref": "#/$defs/SocialProfile"
     }
    },
    "account": {
     "$ref": "#/$defs/Link"
    },
    "jobTitle": {
     "$ref": "#/$defs/Name"
    },
    "department": {
     "$ref": "#/$defs/Name"
    },
    "reportsTo": {
     "$ref": "#/$defs/Link"
    },
    "gender": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "female",
      "male",
      "other",
      null
     ]
    },
    "birthDate": {
     "$ref": "#/$defs/Date"
    },
    "language": {
     "$ref": "#/$defs/Language"
    },
    "timeZone": {
     "$ref": "#/$defs/Code"
    },
    "address": {
     "$ref": "#/$defs/Address"
    },
    "addresses": {
     "type": [
      "array",
      "null"
     ],
     "maxItems": 200,
     "items": {
      "$ref": "#/$defs/TypedAddress"
     }
    },
    "consents": {
     "type": [
      "array",
      "null"
     ],
     "maxItems": 200,
     "items": {
      "$ref": "#/$defs/Consent"
     }
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "lifecycleStage": {
     "$ref": "#/$defs/LifecycleStage"
    },
    "score": {
     "$ref": "#/$defs/Number"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Product": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "sku": {
     "$ref": "#/$defs/Code"
    },
    "gtin": {
     "$ref": "#/$defs/Code"
    },
    "name": {
     "$ref": "#/$defs/Name"
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "category": {
     "$ref": "#/$defs/Name"
    },
    "brand": {
     "$ref": "#/$defs/Name"
    },
    "model": {
     "$ref": "#/$defs/Name"
    },
    "unit": {
     "$ref": "#/$defs/Name"
    },
    "price": {
     "$ref": "#/$defs/Money"
    },
    "cost": {
     "$ref": "#/$defs/Money"
    },
    "taxRate": {
     "$ref": "#/$defs/Number"
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "active",
      "draft",
      "discontinued",
      null
     ]
    },
    "url": {
     "$ref": "#/$defs/Url"
    },
    "image": {
     "$ref": "#/$defs/Url"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Opportunity": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "number": {
     "$ref": "#/$defs/Code"
    },
    "name": {
     "$ref": "#/$defs/Name"
    },
    "account": {
     "$ref": "#/$defs/Link"
    },
    "person": {
     "$ref": "#/$defs/Link"
    },
    "campaign": {
     "$ref": "#/$defs/Link"
    },
    "type": {
     "$ref": "#/$defs/Name"
    },
    "stage": {
     "$ref": "#/$defs/Name"
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "open",
      "won",
      "lost",
      null
     ]
    },
    "amount": {
     "$ref": "#/$defs/Money"
    },
    "probability": {
     "$ref": "#/$defs/Number"
    },
    "expectedCloseDate": {
     "$ref": "#/$defs/Date"
    },
    "closedAt": {
     "$ref": "#/$defs/Time"
    },
    "lostReason": {
     "$ref": "#/$defs/Name"
    },
    "leadSource": {
     "$ref": "#/$defs/Name"
    },
    "nextStep": {
     "$ref": "#/$defs/Text"
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "lines": {
     "$ref": "#/$defs/Lines"
    },
    "createdAt": {
     "$ref": "#/$defs/Time"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Quote": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "number": {
     "$ref": "#/$defs/Code"
    },
    "name": {
     "$ref": "#/$defs/Name"
    },
    "account": {
     "$ref": "#/$defs/Link"
    },
    "person": {
     "$ref": "#/$defs/Link"
    },
    "opportunity": {
     "$ref": "#/$defs/Link"
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "draft",
      "sent",
      "accepted",
      "rejected",
      "expired",
      "cancelled",
      null
     ]
    },
    "issueDate": {
     "$ref": "#/$defs/Date"
    },
    "validUntil": {
     "$ref": "#/$defs/Date"
    },
    "subtotal": {
     "$ref": "#/$defs/Money"
    },
    "discount": {
     "$ref": "#/$defs/Money"
    },
    "tax": {
     "$ref": "#/$defs/Money"
    },
    "total": {
     "$ref": "#/$defs/Money"
    },
    "paymentTerms": {
     "$ref": "#/$defs/Name"
    },
    "lines": {
     "$ref": "#/$defs/Lines"
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Contract": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "number": {
     "$ref": "#/$defs/Code"
    },
    "name": {
     "$ref": "#/$defs/Name"
    },
    "account": {
     "$ref": "#/$defs/Link"
    },
    "person": {
     "$ref": "#/$defs/Link"
    },
    "opportunity": {
     "$ref": "#/$defs/Link"
    },
    "quote": {
     "$ref": "#/$defs/Link"
    },
    "type": {
     "$ref": "#/$defs/Name"
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "draft",
      "inApproval",
      "sent",
      "signed",
      "active",
      "expired",
      "terminated",
      "cancelled",
      null
     ]
    },
    "startDate": {
     "$ref": "#/$defs/Date"
    },
    "endDate": {
     "$ref": "#/$defs/Date"
    },
    "signedAt": {
     "$ref": "#/$defs/Time"
    },
    "autoRenew": {
     "$ref": "#/$defs/Boolean"
    },
    "value": {
     "$ref": "#/$defs/Money"
    },
    "billingFrequency": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "once",
      "weekly",
      "monthly",
      "quarterly",
      "yearly",
      "other",
      null
     ]
    },
    "url": {
     "$ref": "#/$defs/Url"
    },
    "lines": {
     "$ref": "#/$defs/Lines"
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Order": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "number": {
     "$ref": "#/$defs/Code"
    },
    "name": {
     "$ref": "#/$defs/Name"
    },
    "account": {
     "$ref": "#/$defs/Link"
    },
    "person": {
     "$ref": "#/$defs/Link"
    },
    "opportunity": {
     "$ref": "#/$defs/Link"
    },
    "quote": {
     "$ref": "#/$defs/Link"
    },
    "contract": {
     "$ref": "#/$defs/Link"
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "draft",
      "placed",
      "confirmed",
      "processing",
      "shipped",
      "delivered",
      "completed",
      "cancelled",
      "returned",
      null
     ]
    },
    "paymentStatus": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "unpaid",
      "partiallyPaid",
      "paid",
      "refunded",
      "partiallyRefunded",
      null
     ]
    },
    "orderedAt": {
     "$ref": "#/$defs/Time"
    },
    "subtotal": {
     "$ref": "#/$defs/Money"
    },
    "discount": {
     "$ref": "#/$defs/Money"
    },
    "shipping": {
     "$ref": "#/$defs/Money"
    },
    "tax": {
     "$ref": "#/$defs/Money"
    },
    "total": {
     "$ref": "#/$defs/Money"
    },
    "requestedDeliveryDate": {
     "$ref": "#/$defs/Date"
    },
    "shippedAt": {
     "$ref": "#/$defs/Time"
    },
    "deliveredAt": {
     "$ref": "#/$defs/Time"
    },
    "trackingNumber": {
     "$ref": "#/$defs/Code"
    },
    "shippingAddress": {
     "$ref": "#/$defs/Address"
    },
    "billingAddress": {
     "$ref": "#/$defs/Address"
    },
    "channel": {
     "$ref": "#/$defs/Name"
    },
    "lines": {
     "$ref": "#/$defs/Lines"
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Invoice": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "number": {
     "$ref": "#/$defs/Code"
    },
    "type": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "invoice",
      "creditNote",
      "proforma",
      "receipt",
      null
     ]
    },
    "account": {
     "$ref": "#/$defs/Link"
    },
    "person": {
     "$ref": "#/$defs/Link"
    },
    "order": {
     "$ref": "#/$defs/Link"
    },
    "contract": {
     "$ref": "#/$defs/Link"
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "draft",
      "open",
      "partiallyPaid",
      "paid",
      "overdue",
      "void",
      "uncollectible",
      null
     ]
    },
    "issueDate": {
     "$ref": "#/$defs/Date"
    },
    "dueDate": {
     "$ref": "#/$defs/Date"
    },
    "paidAt": {
     "$ref": "#/$defs/Time"
    },
    "subtotal": {
     "$ref": "#/$defs/Money"
    },
    "discount": {
     "$ref": "#/$defs/Money"
    },
    "tax": {
     "$ref": "#/$defs/Money"
    },
    "total": {
     "$ref": "#/$defs/Money"
    },
    "amountPaid": {
     "$ref": "#/$defs/Money"
    },
    "amountDue": {
     "$ref": "#/$defs/Money"
    },
    "billingAddress": {
     "$ref": "#/$defs/Address"
    },
    "url": {
     "$ref": "#/$defs/Url"
    },
    "lines": {
     "$ref": "#/$defs/Lines"
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Ticket": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "number": {
     "$ref": "#/$defs/Code"
    },
    "subject": {
     "$ref": "#/$defs/Name"
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "account": {
     "$ref": "#/$defs/Link"
    },
    "person": {
     "$ref": "#/$defs/Link"
    },
    "order": {
     "$ref": "#/$defs/Link"
    },
    "product": {
     "$ref": "#/$defs/Link"
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "new",
      "open",
      "pending",
      "onHold",
      "solved",
      "closed",
      null
     ]
    },
    "priority": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "low",
      "normal",
      "high",
      "urgent",
      null
     ]
    },
    "type": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "question",
      "problem",
      "incident",
      "request",
      "complaint",
      "other",
      null
     ]
    },
    "category": {
     "$ref": "#/$defs/Name"
    },
    "channel": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "email",
      "phone",
      "web",
      "chat",
      "wechat",
      "social",
      "api",
      "other",
      null
     ]
    },
    "openedAt": {
     "$ref": "#/$defs/Time"
    },
    "firstResponseAt": {
     "$ref": "#/$defs/Time"
    },
    "dueAt": {
     "$ref": "#/$defs/Time"
    },
    "solvedAt": {
     "$ref": "#/$defs/Time"
    },
    "closedAt": {
     "$ref": "#/$defs/Time"
    },
    "resolution": {
     "$ref": "#/$defs/Text"
    },
    "satisfaction": {
     "$ref": "#/$defs/Satisfaction"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Interaction": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "kind": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "call",
      "email",
      "sms",
      "message",
      "meeting",
      "visit",
      "pageView",
      "click",
      "open",
      "form",
      "survey",
      "chat",
      "download",
      "note",
      "other",
      null
     ]
    },
    "direction": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "inbound",
      "outbound",
      null
     ]
    },
    "channel": {
     "$ref": "#/$defs/Name"
    },
    "subject": {
     "$ref": "#/$defs/Name"
    },
    "body": {
     "$ref": "#/$defs/Text"
    },
    "person": {
     "$ref": "#/$defs/Link"
    },
    "account": {
     "$ref": "#/$defs/Link"
    },
    "opportunity": {
     "$ref": "#/$defs/Link"
    },
    "ticket": {
     "$ref": "#/$defs/Link"
    },
    "campaign": {
     "$ref": "#/$defs/Link"
    },
    "occurredAt": {
     "$ref": "#/$defs/Time"
    },
    "endedAt": {
     "$ref": "#/$defs/Time"
    },
    "durationSeconds": {
     "$ref": "#/$defs/Number"
    },
    "url": {
     "$ref": "#/$defs/Url"
    },
    "referrer": {
     "$ref": "#/$defs/Url"
    },
    "form": {
     "$ref": "#/$defs/Name"
    },
    "answers": {
     "$ref": "#/$defs/Answers"
    },
    "score": {
     "$ref": "#/$defs/Number"
    },
    "outcome": {
     "$ref": "#/$defs/Name"
    },
    "utm": {
     "$ref": "#/$defs/Utm"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Campaign": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "name": {
     "$ref": "#/$defs/Name"
    },
    "kind": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "email",
      "event",
      "webinar",
      "advertisement",
      "social",
      "sms",
      "wechat",
      "survey",
      "other",
      null
     ]
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "planned",
      "active",
      "paused",
      "completed",
      "cancelled",
      null
     ]
    },
    "parent": {
     "$ref": "#/$defs/Link"
    },
    "startDate": {
     "$ref": "#/$defs/Date"
    },
    "endDate": {
     "$ref": "#/$defs/Date"
    },
    "budget": {
     "$ref": "#/$defs/Money"
    },
    "cost": {
     "$ref": "#/$defs/Money"
    },
    "url": {
     "$ref": "#/$defs/Url"
    },
    "description": {
     "$ref": "#/$defs/Text"
    },
    "owner": {
     "$ref": "#/$defs/Owner"
    },
    "tags": {
     "$ref": "#/$defs/Tags"
    },
    "externalIds": {
     "$ref": "#/$defs/ExternalIds"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "CampaignMembership": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "campaign": {
     "$ref": "#/$defs/Link"
    },
    "person": {
     "$ref": "#/$defs/Link"
    },
    "account": {
     "$ref": "#/$defs/Link"
    },
    "status": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "targeted",
      "sent",
      "delivered",
      "opened",
      "clicked",
      "responded",
      "registered",
      "attended",
      "noShow",
      "bounced",
      "unsubscribed",
      "converted",
      "other",
      null
     ]
    },
    "statusAt": {
     "$ref": "#/$defs/Time"
    },
    "joinedAt": {
     "$ref": "#/$defs/Time"
    },
    "extra": {
     "$ref": "#/$defs/Extra"
    }
   }
  },
  "Text": {
   "type": [
    "string",
    "null"
   ],
   "maxLength": 1000000
  },
  "Name": {
   "type": [
    "string",
    "null"
   ],
   "maxLength": 2000
  },
  "Code": {
   "type": [
    "string",
    "null"
   ],
   "maxLength": 500
  },
  "Email": {
   "type": [
    "string",
    "null"
   ],
   "format": "email",
   "maxLength": 320
  },
  "Phone": {
   "type": [
    "string",
    "null"
   ],
   "format": "e164"
  },
  "Url": {
   "type": [
    "string",
    "null"
   ],
   "format": "url",
   "maxLength": 4000
  },
  "Date": {
   "type": [
    "string",
    "null"
   ],
   "format": "date"
  },
  "Time": {
   "type": [
    "string",
    "null"
   ],
   "format": "utc-time"
  },
  "Boolean": {
   "type": [
    "boolean",
    "null"
   ]
  },
  "Number": {
   "type": [
    "number",
    "null"
   ]
  },
  "Decimal": {
   "type": "string",
   "format": "decimal"
  },
  "Currency": {
   "type": [
    "string",
    "null"
   ],
   "format": "currency"
  },
  "Country": {
   "type": [
    "string",
    "null"
   ],
   "format": "country"
  },
  "Language": {
   "type": [
    "string",
    "null"
   ],
   "format": "language"
  },
  "Money": {
   "type": [
    "object",
    "null"
   ],
   "additionalProperties": false,
   "required": [
    "amount",
    "currency"
   ],
   "properties": {
    "amount": {
     "$ref": "#/$defs/Decimal"
    },
    "currency": {
     "type": "string",
     "format": "currency"
    }
   }
  },
  "Link": {
   "oneOf": [
    {
     "type": "null"
    },
    {
     "type": "object",
     "additionalProperties": false,
     "required": [
      "$ref"
     ],
     "properties": {
      "$ref": {
       "type": "object",
       "additionalProperties": false,
       "required": [
        "object",
        "id"
       ],
       "properties": {
        "system": {
         "type": "string",
         "minLength": 1,
         "maxLength": 200
        },
        "object": {
         "type": "string",
         "minLength": 1,
         "maxLength": 200
        },
        "id": {
         "type": "string",
         "minLength": 1,
         "maxLength": 1000
        }
       }
      }
     }
    },
    {
     "type": "object",
     "additionalProperties": false,
     "required": [
      "$key"
     ],
     "properties": {
      "$key": {
       "type": "object",
       "minProperties": 1,
       "maxProperties": 1,
       "additionalProperties": {
        "type": "string",
        "minLength": 1,
        "maxLength": 1000
       }
      }
     }
    }
   ]
  },
  "Address": {
   "type": [
    "object",
    "null"
   ],
   "additionalProperties": false,
   "properties": {
    "streetAddress": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 2000
    },
    "extendedAddress": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 500
    },
    "postOfficeBoxNumber": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 100
    },
    "district": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 200
    },
    "addressLocality": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 200
    },
    "addressRegion": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 200
    },
    "postalCode": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 40
    },
    "addressCountry": {
     "$ref": "#/$defs/Country"
    }
   }
  },
  "TypedAddress": {
   "type": "object",
   "additionalProperties": false,
   "required": [
    "type",
    "address"
   ],
   "properties": {
    "type": {
     "type": "string",
     "enum": [
      "main",
      "billing",
      "shipping",
      "work",
      "home",
      "other"
     ]
    },
    "address": {
     "$ref": "#/$defs/Address"
    }
   }
  },
  "TypedEmail": {
   "type": "object",
   "additionalProperties": false,
   "required": [
    "email"
   ],
   "properties": {
    "email": {
     "type": "string",
     "format": "email",
     "maxLength": 320
    },
    "type": {
     "type": "string",
     "enum": [
      "work",
      "home",
      "billing",
      "other"
     ]
    },
    "status": {
     "type": "string",
     "enum": [
      "unverified",
      "verified",
      "bounced",
      "invalid"
     ]
    }
   }
  },
  "TypedPhone": {
   "type": "object",
   "additionalProperties": false,
   "required": [
    "phone"
   ],
   "properties": {
    "phone": {
     "type": "string",
     "format": "e164"
    },
    "type": {
     "type": "string",
     "enum": [
      "mobile",
      "work",
      "home",
      "fax",
      "switchboard",
      "other"
     ]
    },
    "extension": {
     "type": "string",
     "maxLength": 20
    }
   }
  },
  "SocialProfile": {
   "type": "object",
   "additionalProperties": false,
   "required": [
    "network",
    "id"
   ],
   "properties": {
    "network": {
     "type": "string",
     "minLength": 1,
     "maxLength": 100
    },
    "id": {
     "type": "string",
     "minLength": 1,
     "maxLength": 500
    },
    "url": {
     "type": "string",
     "format": "url",
     "maxLength": 4000
    }
   }
  },
  "MessagingId": {
   "type": "object",
   "additionalProperties": false,
   "required": [
    "service",
    "id"
   ],
   "properties": {
    "service": {
     "type": "string",
     "minLength": 1,
     "maxLength": 100
    },
    "app": {
     "type": "string",
     "maxLength": 200
    },
    "id": {
     "type": "string",
     "minLength": 1,
     "maxLength": 500
    }
   }
  },
  "ExternalId": {
   "type": "object",
   "additionalProperties": false,
   "required": [
    "scheme",
    "id"
   ],
   "properties": {
    "scheme": {
     "type": "string",
     "minLength": 1,
     "maxLength": 100
    },
    "id": {
     "type": "string",
     "minLength": 1,
     "maxLength": 500
    }
   }
  },
  "Evidence": {
   "type": "object",
   "additionalProperties": false,
   "minProperties": 1,
   "properties": {
    "method": {
     "type": "string",
     "enum": [
      "form",
      "doubleOptIn",
      "paper",
      "voice",
      "chat",
      "email",
      "api",
      "contract",
      "other"
     ]
    },
    "source": {
     "type": "string",
     "maxLength": 500
    },
    "url": {
     "type": "string",
     "maxLength": 4000
    },
    "text": {
     "type": "string",
     "maxLength": 20000
    },
    "textVersion": {
     "type": "string",
     "maxLength": 200
    },
    "ipAddress": {
     "type": "string",
     "maxLength": 64
    },
    "userAgent": {
     "type": "string",
     "maxLength": 1000
    },
    "recordedBy": {
     "type": "string",
     "maxLength": 320
    },
    "reference": {
     "type": "string",
     "maxLength": 500
    }
   }
  },
  "Consent": {
   "type": "object",
   "additionalProperties": false,
   "required": [
    "channel",
    "purpose",
    "status"
   ],
   "properties": {
    "channel": {
     "type": "string",
     "enum": [
      "any",
      "email",
      "sms",
      "phone",
      "post",
      "wechat",
      "wecom",
      "push",
      "whatsapp",
      "web"
     ]
    },
    "purpose": {
     "type": "string",
     "enum": [
      "marketing",
      "newsletter",
      "service",
      "survey",
      "profiling",
      "sharing",
      "transfer",
      "processing"
     ]
    },
    "status": {
     "type": "string",
     "enum": [
      "granted",
      "pending",
      "denied"
     ]
    },
    "at": {
     "type": "string",
     "format": "utc-time"
    },
    "expiresAt": {
     "type": "string",
     "format": "utc-time"
    },
    "origin": {
     "type": "string",
     "enum": [
      "explicit",
      "import",
      "default"
     ]
    },
    "legalBasis": {
     "type": "string",
     "enum": [
      "consent",
      "contract",
      "legalObligation",
      "vitalInterest",
      "publicTask",
      "legitimateInterest"
     ]
    },
    "evidence": {
     "$ref": "#/$defs/Evidence"
    }
   }
  },
  "Owner": {
   "type": [
    "object",
    "null"
   ],
   "additionalProperties": false,
   "properties": {
    "name": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 500
    },
    "email": {
     "type": [
      "string",
      "null"
     ],
     "format": "email",
     "maxLength": 320
    },
    "team": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 500
    }
   }
  },
  "Line": {
   "type": "object",
   "additionalProperties": false,
   "properties": {
    "id": {
     "type": "string",
     "maxLength": 500
    },
    "sku": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 500
    },
    "name": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 2000
    },
    "description": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 20000
    },
    "quantity": {
     "$ref": "#/$defs/Number"
    },
    "unit": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 100
    },
    "unitPrice": {
     "$ref": "#/$defs/Money"
    },
    "discount": {
     "$ref": "#/$defs/Money"
    },
    "tax": {
     "$ref": "#/$defs/Money"
    },
    "total": {
     "$ref": "#/$defs/Money"
    },
    "extra": {
     "type": "object",
     "maxProperties": 200
    }
   }
  },
  "Lines": {
   "type": [
    "array",
    "null"
   ],
   "maxItems": 10000,
   "items": {
    "$ref": "#/$defs/Line"
   }
  },
  "Satisfaction": {
   "type": [
    "object",
    "null"
   ],
   "additionalProperties": false,
   "properties": {
    "rating": {
     "type": [
      "string",
      "null"
     ],
     "enum": [
      "good",
      "neutral",
      "bad",
      null
     ]
    },
    "score": {
     "type": [
      "number",
      "null"
     ]
    },
    "scoreMax": {
     "type": [
      "number",
      "null"
     ]
    },
    "comment": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 20000
    },
    "at": {
     "$ref": "#/$defs/Time"
    }
   }
  },
  "Utm": {
   "type": [
    "object",
    "null"
   ],
   "additionalProperties": false,
   "properties": {
    "source": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 500
    },
    "medium": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 500
    },
    "campaign": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 500
    },
    "term": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 500
    },
    "content": {
     "type": [
      "string",
      "null"
     ],
     "maxLength": 500
    }
   }
  },
  "Answers": {
   "type": [
    "object",
    "null"
   ],
   "maxProperties": 1000
  },
  "Tags": {
   "type": [
    "array",
    "null"
   ],
   "maxItems": 1000,
   "items": {
    "type": "string",
    "minLength": 1,
    "maxLength": 500
   }
  },
  "ExternalIds": {
   "type": [
    "array",
    "null"
   ],
   "maxItems": 200,
   "items": {
    "$ref": "#/$defs/ExternalId"
   }
  },
  "Extra": {
   "type": [
    "object",
    "null"
   ],
   "maxProperties": 500
  },
  "LifecycleStage": {
   "type": [
    "string",
    "null"
   ],
   "enum": [
    "subscriber",
    "lead",
    "marketingQualified",
    "salesQualified",
    "opportunity",
    "customer",
    "advocate",
    "former",
    "other",
    null
   ]
  }
 }
}
