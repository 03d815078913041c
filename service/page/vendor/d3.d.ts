/** What is used of the vendored parts of D3. */
export const scaleLinear: () => any;
export const select: (element: Element) => any;
export const zoom: () => any;
export const zoomIdentity: any;
