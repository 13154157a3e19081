/** Which methods a path takes, asked when a request meets no route. */
export class AllowedMethods {
  private readonly routes: { readonly pattern: RegExp; readonly methods: Set<string> }[] = [];
  private readonly known = new Map<string, Set<string>>();

  /** Adds a route, its path as the router has it: `/api/v1/awards/:id`. */
  add(method: string, path: string): void {
    const methods = this.known.get(path) ?? new Set<string>();
    if (!this.known.has(path)) {
      this.known.set(path, methods);
      const pattern = path
        .split('/')
        .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replaceAll(/[^\w-]/g, String.raw`\$&`)));
      this.routes.push({ pattern: new RegExp(`^${pattern.join('/')}$`), methods });
    }
    methods.add(method);
  }

  /** Methods of the path, which may have a query, sorted; none: there is no such path. */
  of(url: string): readonly string[] {
    const path = decoded(url.split('?', 1)[0] ?? '');
    return [...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods]))].sort();
  }
}

/** As the router reads a path: `%61wards` is `awards`. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
