// The ten ways in which a standby falls behind although its disks and databases are replicated, and what moves those itself.
import * as Type from 'typebox/type';

/** Gap ids in the order in which every report lists them, with the title an operator reads. */
export const gaps = {
  'database-patches': 'Database patches',
  artifacts: 'Deployed artifacts',
  configuration: 'Configuration',
  kernel: 'Kernel and packages',
  'network-rules': 'Network rules',
  iam: 'Identity and access',
  certificates: 'Certificates',
  'allow-lists': 'Third-party allow-lists',
  monitoring: 'Monitoring agents',
  dns: 'DNS',
  'protection-groups': 'Full Stack DR',
} as const;

export type Gap = keyof typeof gaps;

export const gapIds = Object.keys(gaps) as readonly Gap[];

export const GapSchema = Type.Unsafe<Gap>({ type: 'string', enum: gapIds });
