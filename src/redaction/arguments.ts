// Finds secrets in command lines: options whose name says so, and the short options of known programs.
import { posix } from 'node:path';
import { redacted } from '../formats/redacted.ts';
import { isSecretName } from '../formats/secret-name.ts';

/** Options with a secret behind them whose letters do not say so. */
const secretOptions: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^curl$/, ['-u', '--user', '-U', '--proxy-user', '--oauth2-bearer', '-E', '--cert']],
  [/^(?:mysql|mariadb)[\w-]*$/, ['-p']],
  [/^sshpass$/, ['-p']],
  [/^redis-cli$/, ['-a', '--pass']],
  [/^ldap\w+$/, ['-w', '-y']],
  [/^smbclient$/, ['-U']],
  [/^ipmitool$/, ['-P']],
  [/^(?:opensearch|elasticsearch)[\w-]*$/, ['-p']],
  [/^(?:snmp\w+)$/, ['-c', '-A', '-X']],
  [/^(?:wrapper|htpasswd|sqlcmd|mongo\w*)$/, ['-p', '-P', '-b']],
  [/^(?:7z[ar]?|unzip|zip)$/, ['-p', '-P']],
  [/^splunk$/, ['-auth']],
];

/** Programs that take `user/password@service` as a word. */
const connectPrograms = /^(?:sqlplus|rman|expdp|impdp|exp|imp|sqlldr|dgmgrl|sql)$/;

export function redactArguments(argv: readonly string[]): readonly string[] {
  const program = posix.basename(argv[0] ?? '');
  const options = secretOptions.filter(([programs]) => programs.test(program)).flatMap(([, names]) => names);
  let isSecretNext = false;
  return argv.map((word, at) => {
    if (at === 0) return word;
    if (isSecretNext) {
      isSecretNext = false;
      // `--password --verbose`: the option asks for the secret by itself.
      if (!word.startsWith('--')) return redacted;
    }
    if (options.includes(word)) isSecretNext = true;
    else if (isSecretOption(word)) isSecretNext = true;
    else return redactWord(word, program, options);
    return word;
  });
}

const isSecretOption = (word: string): boolean => /^--?[A-Za-z][\w.-]*$/.test(word) && isSecretName(word.replace(/^-+/, ''));

function redactWord(word: string, program: string, options: readonly string[]): string {
  const glued = options.find((option) => /^-\w$/.test(option) && word.startsWith(option) && word.length > option.length);
  if (glued !== undefined) return `${glued}${redacted}`;
  // Of a program not known here `-pX` may be a port or a password; only what is all digits is surely the former.
  if (/^-p(?!\d+$)\S/.test(word) && !/^-p[a-z]{1,3}$/.test(word)) return `-p${redacted}`;
  if (connectPrograms.test(program)) return word.replace(/^([^\s/@]+)\/(?:\S+(?=@)|\S+)/, `$1/${redacted}`);
  return word;
}

const longOption = /(?<=^|[\s"'`[(,])(--?[A-Za-z][\w.-]*)(["']?,?[ \t]+["']?(?!-)|=)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+)/gm;

/** Command lines inside a text: unit files, process lists, logs. */
export function redactCommandLines(text: string): string {
  return text
    .replace(longOption, (whole, option: string, gap: string, value: string) =>
      isSecretName(option.replace(/^-+/, '')) && !value.startsWith('--') ? `${option}${gap}${redacted}` : whole,
    )
    .replace(/\b((?:mysql|mariadb)[\w-]*|sshpass)\b([^\n]{0,2000}?\s)-p([^\s"'][^\s]*|"[^"]*"|'[^']*')/g, `$1$2-p${redacted}`)
    .replace(/\bsshpass\s+-p\s+\S+/g, `sshpass -p ${redacted}`)
    .replace(/\b(curl\b[^\n]{0,2000}?\s)(-u|-U|--user|--proxy-user)([ \t=]*)("[^"]*"|'[^']*'|\S+)/g, `$1$2$3${redacted}`)
    .replace(/\b((?:sqlplus|rman|expdp|impdp|sqlldr)\b[^\n]{0,2000}?\s["']?[\w$#]+)\/\S{1,200}(?=@)/g, `$1/${redacted}`)
    .replace(/\b(redis-cli\b[^\n]{0,2000}?\s-a\s+)\S+/g, `$1${redacted}`);
}
