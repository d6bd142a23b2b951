/**
 * The product ids of a row, in the order they came. Lists that grew from the same empty one are the same object where they
 * hold the same: a document has some hundred lists in thousands of rows, and what is made of a list is made once.
 */
export class ProductList {
  private readonly id: string;
  private readonly before: ProductList | null;
  /** The list that was made of this one last. */
  private latest: ProductList | undefined;
  /** All of them, where there are several. */
  private longer: Map<string, ProductList> | undefined;

  private constructor(id: string, before: ProductList | null) {
    this.id = id;
    this.before = before;
  }

  static empty(): ProductList {
    return new ProductList('', null);
  }

  /** This list with one more id at its end. */
  with(id: string): ProductList {
    // Mostly the id that came here before: to compare costs less than to look up.
    if (this.latest?.id === id) return this.latest;
    let list = this.longer?.get(id);
    if (list === undefined) {
      list = new ProductList(id, this);
      if (this.latest !== undefined) {
        this.longer ??= new Map([[this.latest.id, this.latest]]);
        this.longer.set(id, list);
      }
    }
    this.latest = list;
    return list;
  }

  ids(): readonly string[] {
    const ids: string[] = [];
    let { id, before } = this as ProductList;
    while (before !== null) {
      ids.push(id);
      ({ id, before } = before);
    }
    return ids.reverse();
  }
}
