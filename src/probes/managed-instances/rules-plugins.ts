// Plugins of the cloud agent that have to run on the standby.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Facts, Plugins } from './facts.ts';
import { pairsOf } from './pairs.ts';
import type { Settings } from './settings.ts';

type Rule = PairedRule<Facts, Settings>;

/** A status as told; `silent` and `unseen` say nothing of the plugin. */
interface Status {
  readonly kind: 'told' | 'silent' | 'unseen';
  readonly text: string;
}

function statusOf({ plugins }: Plugins, name: string): Status {
  switch (plugins.kind) {
    case 'unseen':
      return { kind: 'unseen', text: plugins.detail };
    case 'silent':
      return { kind: 'silent', text: 'the agent told of no plugin' };
    case 'seen': {
      const status = plugins.list.find((one) => one.name === name)?.status;
      return status === undefined || status === '' ? { kind: 'unseen', text: 'no status was told' } : { kind: 'told', text: status };
    }
  }
}

const isStopped = ({ kind, text }: Status): boolean => kind === 'told' && text !== 'RUNNING';

const forPlugins =
  (isTold: (own: Status, theirs: Status) => boolean): Rule['judge'] =>
  (standby, primary, context: PairedContext<Settings>) =>
    pairsOf(standby.agents, primary.agents, context).flatMap(({ subject, own, theirs }) =>
      own === null || own === 'many'
        ? []
        : context.standby.settings.plugins.flatMap((plugin): readonly Draft[] => {
            const [mine, other] = [statusOf(own, plugin), statusOf(theirs, plugin)];
            if (!isTold(mine, other)) return [];
            const given = {
              region: shellWord(standby.region.name),
              ocid: shellWord(own.ocid),
              compartment: shellWord(own.compartment),
              plugin,
              config: shellWord(JSON.stringify({ pluginsConfig: [{ name: plugin, desiredState: 'ENABLED' }] })),
            };
            return [{ subject: `${subject}: ${plugin}`, expected: 'RUNNING', actual: mine.text, with: given }];
          }),
    );

const listing = ({ with: given = {} }: Draft): string =>
  `$ oci instance-agent plugin list --region ${given.region} --compartment-id ${given.compartment} --instanceagent-id ${given.ocid}`;

const enabling = (draft: Draft): string =>
  [
    '# It is replaced as a whole: take the plugins that are configured already into it',
    `$ oci compute instance update --region ${draft.with?.region} --instance-id ${draft.with?.ocid} --agent-config ${draft.with?.config}`,
    '# On the machine: sudo systemctl restart oracle-cloud-agent',
    listing(draft),
  ].join('\n');

const stopped: Rule = {
  code: 'managed-instances/plugin-stopped',
  kind: 'paired',
  severity: 'blocker',
  title: 'A plugin of the cloud agent does not run on a machine of the standby',
  why: 'Steps of a Full Stack DR plan that run something on the machine go through Run Command: without it they fail, and the plan stops.',
  remedy: enabling,
  judge: forPlugins((own, theirs) => isStopped(own) && !isStopped(theirs)),
};

const stoppedOnBoth: Rule = {
  code: 'managed-instances/plugin-stopped-on-both',
  kind: 'paired',
  severity: 'warning',
  title: 'A plugin of the cloud agent runs on neither of two machines',
  why: 'No step of a plan can run on either. If none has to, take the plugin out of `plugins` of this check.',
  remedy: enabling,
  judge: forPlugins((own, theirs) => isStopped(own) && isStopped(theirs)),
};

const unseen: Rule = {
  code: 'managed-instances/plugin-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Whether a plugin of the cloud agent runs on a machine of the standby was not seen',
  why: 'Whether steps of a plan could run there is not known.',
  remedy: (draft) =>
    [
      '# Where the right is missing, add it in the home region:',
      '# Allow dynamic-group <collector> to read instance-agent-plugins in compartment <compartment>',
      listing(draft),
    ].join('\n'),
  // An agent that says nothing on either side is one that is not there: the hub's machines need none, unless plans run something on them.
  judge: forPlugins((own, theirs) => (own.kind === 'unseen' && !isStopped(theirs)) || (own.kind === 'silent' && theirs.text === 'RUNNING')),
};

export const pluginRules: readonly Rule[] = [stopped, stoppedOnBoth, unseen];
