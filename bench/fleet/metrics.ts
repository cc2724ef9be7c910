// Reads what a process shows Prometheus: single samples, by name and part of their labels.

export async function metricsOf(url: string): Promise<(name: string, label?: string) => number> {
  const text = await (await fetch(url)).text();
  return (name, label = '') => {
    const line = text.split('\n').find((one) => /[ {]/.test(one.charAt(name.length)) && one.startsWith(name) && one.includes(label));
    if (line === undefined) throw new Error(`${url} does not show ${name} ${label}`);
    return Number(line.slice(line.lastIndexOf(' ') + 1));
  };
}
