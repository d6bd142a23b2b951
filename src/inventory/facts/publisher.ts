/** What Microsoft publishes updates for is Microsoft's, or Adobe's; a missing maker says nothing. */
export function isOfPublisher(vendor: string | null): boolean {
  return (
    vendor === null ||
    vendor.trim() === '' ||
    /microsoft|adobe|майкрософт|微软|微軟|マイクロソフト|마이크로소프트|مايكروسوفت|מיקרוסופט|github/i.test(vendor)
  );
}
