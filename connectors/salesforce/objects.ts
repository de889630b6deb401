/** How one object is read and searched, unless the settings say otherwise. */
export interface ObjectForm {
  /** Fields that the mappings need; beside them Id, SystemModstamp, LastModifiedById, IsDeleted and the external id are always read. */
  fields: readonly string[]
  /** Fields that tell that two records are one, strongest first: looked at before a first create. */
  findBy: readonly string[]
  /** Records that a search must leave out. */
  findWhere?: string
  /** The object says into which record a deleted one was merged. */
  merges: boolean
}

const OWNER = ['Owner.Name', 'Owner.Email']
const address = (kind: string) => ['Street', 'City', 'State', 'PostalCode', 'Country'].map(part => `${kind}${part}`)

/** The standard objects that default mappings exist for; names are Salesforce's own. */
export const OBJECTS: Readonly<Record<string, ObjectForm>> = {
  Account: {
    fields: [
      'Name',
      'AccountNumber',
      'Type',
      'Industry',
      'Phone',
      'Website',
      'NumberOfEmployees',
      'AnnualRevenue',
      'Description',
      'ParentId',
      ...address('Billing'),
      ...address('Shipping'),
      ...OWNER,
    ],
    findBy: ['AccountNumber'],
    merges: true,
  },
  Contact: {
    fields: [
      'Salutation',
      'FirstName',
      'LastName',
      'Email',
      'MobilePhone',
      'Phone',
      'Title',
      'Department',
      'Birthdate',
      'LeadSource',
      'Description',
      'AccountId',
      'ReportsToId',
      'HasOptedOutOfEmail',
      'DoNotCall',
      ...address('Mailing'),
      ...OWNER,
    ],
    findBy: ['Email'],
    merges: true,
  },
  Lead: {
    fields: [
      'Salutation',
      'FirstName',
      'LastName',
      'Company',
      'Title',
      'Email',
      'MobilePhone',
      'Phone',
      'LeadSource',
      'Status',
      'IsConverted',
      'Description',
      'HasOptedOutOfEmail',
      'DoNotCall',
      ...address(''),
      ...OWNER,
    ],
    findBy: ['Email'],
    // A converted lead cannot be changed any more.
    findWhere: 'IsConverted = false',
    merges: true,
  },
  Opportunity: {
    fields: [
      'Name',
      'AccountId',
      'StageName',
      'IsClosed',
      'IsWon',
      'Amount',
      'Probability',
      'CloseDate',
      'Type',
      'LeadSource',
      'NextStep',
      'Description',
      'CreatedDate',
      '(SELECT ContactId, IsPrimary FROM OpportunityContactRoles)',
      ...OWNER,
    ],
    findBy: [],
    merges: false,
  },
  Case: {
    fields: [
      'CaseNumber',
      'Subject',
      'Description',
      'Status',
      'IsClosed',
      'Priority',
      'Origin',
      'Type',
      'Reason',
      'AccountId',
      'ContactId',
      'CreatedDate',
      'ClosedDate',
      ...OWNER,
    ],
    findBy: [],
    merges: false,
  },
  Order: {
    fields: [
      'OrderNumber',
      'Name',
      'AccountId',
      'BillToContactId',
      'Status',
      'EffectiveDate',
      'TotalAmount',
      'Description',
      'CreatedDate',
      '(SELECT Id, Quantity, UnitPrice, TotalPrice, Description, Product2.Name, Product2.ProductCode FROM OrderItems)',
      ...address('Billing'),
      ...address('Shipping'),
      ...OWNER,
    ],
    findBy: [],
    merges: false,
  },
}
