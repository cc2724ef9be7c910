// What can be wrong with which home, or which database, of the standby stands for one of its primary's.
import type { Draft } from '../../contract/rule.ts';
import type { Home } from './facts.ts';
import { draft, pairing, pairsOf, type Rule } from './paired.ts';
import type { Unmatched } from './pairing.ts';
import { captureCommands, ownerOf } from './remedy.ts';

const missingHomes =
  (role: Home['role']): Rule['judge'] =>
  (standby, primary, context) =>
    pairing(standby, primary, context)
      .missing.filter((theirs) => theirs.role === role)
      .map((theirs) => ({
        subject: `${role} home`,
        expected: `as ${theirs.path} on the primary`,
        actual: 'none',
        with: { theirs: theirs.path, owner: ownerOf(theirs) },
      }));

const installLikeIt = (one: Draft): string =>
  `# On the primary, a gold image of its home to install on the standby:\n$ sudo -u ${one.with?.owner ?? ''} ${one.with?.theirs ?? ''}/runInstaller -createGoldImage -destinationLocation /tmp -silent`;

const homeMissing: Rule = {
  kind: 'paired',
  code: 'dbpatch/home-missing',
  severity: 'blocker',
  title: 'The standby has no Oracle home that a database could be opened from',
  why: 'The data may arrive in time, and there is no software that opens them.',
  judge: missingHomes('database'),
  remedy: installLikeIt,
};

const gridMissing: Rule = {
  kind: 'paired',
  code: 'dbpatch/grid-missing',
  severity: 'warning',
  title: 'The primary has Grid Infrastructure and the standby has none',
  why: 'Disk groups, listeners and the restart of what fails are Grid Infrastructure’s on the primary; a standby that lawfully does without serves differently.',
  judge: missingHomes('grid'),
  remedy: (one) => installLikeIt(one).replace('runInstaller', 'gridSetup.sh'),
};

const homeWithoutTwin: Rule = {
  kind: 'paired',
  code: 'dbpatch/home-without-twin',
  severity: 'warning',
  isBlind: true,
  title: 'Nothing tells which Oracle home of the standby stands for one of its primary’s',
  why: 'Neither databases nor names match, so that this home is compared with none: the standby may be behind in exactly it.',
  judge: (standby, primary, context) =>
    pairing(standby, primary, context).homes.map((theirs) => ({
      subject: `primary’s ${theirs.path}`,
      expected: `a ${theirs.role} home with one of its databases, or of its name`,
      actual: 'none that matches',
    })),
  remedy: () =>
    '# Name the databases of each home on both sides; a home that serves nothing is left out by ignoreHomes:\n$ grep -v "^#" /etc/oratab',
};

const unmatched =
  (kind: Unmatched['kind']): Rule['judge'] =>
  (standby, primary, context) =>
    pairing(standby, primary, context)
      .databases.filter((one) => one.kind === kind)
      .map(({ database, why }) => ({
        subject: database,
        expected: 'a home that it would open from, as on the primary',
        actual: why,
        with: { owner: ownerOf(standby.homes.find(({ role }) => role === 'database')) },
      }));

const databaseWithoutHome: Rule = {
  kind: 'paired',
  code: 'dbpatch/database-without-home',
  severity: 'blocker',
  title: 'A database of the primary is not on the standby',
  why: 'The standby’s own databases are known, and neither oratab nor a running instance names this one, or its home is gone: nothing here would open it.',
  judge: unmatched('absent'),
  remedy: () =>
    '# If it is protected, name it in /etc/oratab with the home that it would open from; if nothing protects it, list it under ignoreDatabases:\n$ grep -v "^#" /etc/oratab',
};

const databaseUnmatched: Rule = {
  kind: 'paired',
  code: 'dbpatch/database-unmatched',
  severity: 'warning',
  isBlind: true,
  title: 'Nothing tells which database of the standby is one of its primary’s',
  why: 'Unique names lawfully differ, and these agree in nothing: whether the standby has this database, and which home would open it, is not known.',
  judge: unmatched('unknown'),
  remedy: (one) => nameThem(one),
};

/** DB_NAME settles it, which only the owner may ask; so do the words that the sites differ by. */
const nameThem = (one: Draft): string =>
  `# The capture tells DB_NAME, which both sides share; or give the words that differ under node.site.tokens, on both sides. What nothing protects belongs under ignoreDatabases:\n${captureCommands(one.with?.owner ?? '')}\n$ grep -v "^#" /etc/oratab`;

const byElimination: Rule = {
  kind: 'paired',
  code: 'dbpatch/paired-by-elimination',
  severity: 'warning',
  title: 'An Oracle home is compared with its primary’s only for want of another',
  why: 'No database tells that these two homes belong together: the comparison holds if they do, and the primary’s database may have no counterpart at all.',
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context)
      .filter(({ by, primary: { role } }) => by === 'role' && role === 'database')
      .map(({ standby: own, primary: theirs }) => draft(own, `a home of ${named(theirs)}, as ${theirs.path}`, named(own))),
  remedy: (one) => nameThem(one),
};

const named = ({ databases }: Home): string => (databases.length === 0 ? 'no database that is named' : databases.join(', '));

export const matchingRules: readonly Rule[] = [
  homeMissing,
  gridMissing,
  homeWithoutTwin,
  databaseWithoutHome,
  databaseUnmatched,
  byElimination,
];
