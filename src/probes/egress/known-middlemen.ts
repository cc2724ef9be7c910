// By what words the usual firewalls, web application firewalls and TLS-inspecting proxies give themselves away.

/** Each is specific enough to be looked for whatever the status: some of these pages come with 200. */
export const blockPageMarkers: readonly string[] = [
  'Sorry, you have been blocked', // Cloudflare
  'Attention Required! | Cloudflare',
  'error code: 1020', // Cloudflare, firewall rule
  'error code: 1006', // Cloudflare, address banned
  'Incapsula incident ID', // Imperva
  '_Incapsula_Resource',
  'errors.edgesuite.net', // Akamai
  'The requested URL was rejected. Please consult with your administrator', // F5
  "Request blocked. We can't connect to the server for this app or website at this time", // AWS WAF before CloudFront
  'Sucuri WebSite Firewall - Access Denied',
  'Microsoft-Azure-Application-Gateway/v2',
  'has been blocked in accordance with company policy', // Palo Alto
  'FortiGuard Intrusion Prevention - Access Blocked',
  'FortiGuard Web Filtering',
  'Web Page Blocked!', // Fortinet
  'ERR_ACCESS_DENIED', // Squid
  'Internet Security by Zscaler',
  'gateway.zscaler', // Zscaler's redirect
  'policy_denied', // Blue Coat
  'Blue Coat Web Filter',
  'McAfee Web Gateway',
  'blocked.netskope',
  'block.opendns.com', // Cisco Umbrella
  'UserCheck/PortalMain', // Check Point
  'Blocked by Sophos',
];

/** Organisations and names of the authorities that such proxies sign with. */
export const interceptingIssuers: readonly string[] = [
  'Zscaler',
  'Netskope',
  'goskope',
  'Palo Alto Networks',
  'Blue Coat',
  'BlueCoat',
  'Fortinet',
  'FortiGate',
  'Cisco Umbrella',
  'McAfee',
  'Skyhigh Security',
  'Forcepoint',
  'Websense',
  'Sophos',
  'Check Point Software',
  'Barracuda Networks',
  'WatchGuard',
  'SonicWall',
  'iboss',
  'Menlo Security',
  'Cato Networks',
  'Untangle',
  'mitmproxy',
];
