// The channels of the fleet file as those who are told: each keeps its own account in the outbox.
import type { ChannelConfig, FleetConfig } from '../../config/fleet-config.ts';
import { shown } from './answers.ts';

export type WebhookChannel = Extract<ChannelConfig, { kind: 'webhook' }>;
export type AlertmanagerChannel = Extract<ChannelConfig, { kind: 'alertmanager' }>;

interface Account {
  /** Its name in the outbox. Stable: under another one nothing was told yet. */
  readonly key: string;
  readonly url: string;
  /** The address as it may be said. */
  readonly shownUrl: string;
}

export type WebhookAddressee = Account & { readonly kind: 'webhook'; readonly channel: WebhookChannel };
/** One address of the channel: one that is down does not hold up another. */
export type AlertmanagerAddressee = Account & { readonly kind: 'alertmanager'; readonly channel: AlertmanagerChannel };

export type Addressee = WebhookAddressee | AlertmanagerAddressee;

export const addresseesOf = ({ tell }: Pick<FleetConfig, 'tell'>): readonly Addressee[] => tell.flatMap(ofChannel);

function ofChannel(channel: ChannelConfig): readonly Addressee[] {
  switch (channel.kind) {
    case 'webhook':
      return [{ kind: 'webhook', key: channel.name, channel, url: channel.url, shownUrl: shown(channel.url, 'origin') }];
    case 'alertmanager':
      return channel.urls.map((url) => {
        const shownUrl = shown(url, 'path');
        return { kind: 'alertmanager', key: `${channel.name} ${shownUrl}`, channel, url, shownUrl };
      });
  }
}
