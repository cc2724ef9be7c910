// Tells addresses from names.
import ipaddr from 'ipaddr.js';

/** 4 for four decimal parts, 6 for IPv6 without brackets, 0 for anything else. */
export const ipFamily = (text: string): 0 | 4 | 6 => (ipaddr.IPv4.isValidFourPartDecimal(text) ? 4 : ipaddr.IPv6.isValid(text) ? 6 : 0);
