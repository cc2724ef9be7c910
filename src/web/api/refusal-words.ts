// What a refusal comes to, for a person: the words of HTTP say to a programmer what happened, and to nobody else. Pure.

interface Words {
  /** RFC 9110, which a collector and most proxies use as a problem's title. */
  readonly http: string;
  readonly ours: string;
}

const words: Readonly<Record<number, Words>> = {
  400: { http: 'Bad Request', ours: 'The collector does not take what it is asked' },
  401: { http: 'Unauthorized', ours: 'The collector wants a token' },
  403: { http: 'Forbidden', ours: 'This may not be seen or done with what you are signed in as' },
  404: { http: 'Not Found', ours: 'There is no such thing' },
  408: { http: 'Request Timeout', ours: 'The question did not arrive in time' },
  409: { http: 'Conflict', ours: 'It has changed meanwhile' },
  413: { http: 'Content Too Large', ours: 'That is more than the collector takes' },
  422: { http: 'Unprocessable Content', ours: 'The collector does not take what it is sent' },
  429: { http: 'Too Many Requests', ours: 'The collector is asked too much at once' },
  500: { http: 'Internal Server Error', ours: 'The collector could not answer: something broke down in it' },
  502: { http: 'Bad Gateway', ours: 'There was no answer that can be used' },
  503: { http: 'Service Unavailable', ours: 'The collector cannot answer at present' },
  504: { http: 'Gateway Timeout', ours: 'There was no answer in time' },
};

/** `told` is the title of the problem document; null where the answer was none. A title of somebody's own is kept. */
export function refusalTitle(status: number, told: string | null): string {
  const known = words[status];
  if (told !== null && told !== '' && told !== known?.http) return told;
  if (known === undefined) return `The answer had the status ${status}, and said no more`;
  return told === null ? `${known.ours} (status ${status})` : known.ours;
}
