/** Microsoft's clouds: everything that differs between them, in one table that one setting (`HOLDFAST_CLOUD`) chooses from. */

export const cloudNames = ['worldwide', 'gcc-high', 'dod', 'china'] as const
export type CloudName = (typeof cloudNames)[number]

export interface Cloud {
  /** As an administrator knows it. */
  readonly title: string
  /** Where applications sign in, without a slash at the end. */
  readonly login: string
  /** Microsoft Graph, without a version and without a slash at the end. */
  readonly graph: string
  /** What follows `<account>.blob.` in the address of a storage account. */
  readonly storageSuffix: string
  /** Where the application is registered. */
  readonly portal: string
}

/** Sources: Microsoft's "National cloud deployments" page and its ms-rest-azure-env package. GCC is worldwide. */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  worldwide: {
    title: 'Microsoft 365 worldwide and GCC',
    login: 'https://login.microsoftonline.com',
    graph: 'https://graph.microsoft.com',
    storageSuffix: 'core.windows.net',
    portal: 'https://portal.azure.com',
  },
  'gcc-high': {
    title: 'Microsoft 365 GCC High (US Government L4)',
    login: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    storageSuffix: 'core.usgovcloudapi.net',
    portal: 'https://portal.azure.us',
  },
  dod: {
    title: 'Microsoft 365 DoD (US Government L5)',
    login: 'https://login.microsoftonline.us',
    graph: 'https://dod-graph.microsoft.us',
    storageSuffix: 'core.usgovcloudapi.net',
    portal: 'https://portal.azure.us',
  },
  china: {
    title: 'Microsoft 365 operated by 21Vianet (China)',
    login: 'https://login.chinacloudapi.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    storageSuffix: 'core.chinacloudapi.cn',
    portal: 'https://portal.azure.cn',
  },
}
