/** Numbers as they are shown anywhere: in full form once the numbering plans are loaded, as E.164 until then. */

let plans = $state.raw<typeof import('./phone')>();

export const loadPhone = async () => (plans ??= await import('./phone'));

/** The numbering plans, once they are there. */
export const phone = () => plans;

export const shown = (e164: string) => plans?.pretty(e164) ?? e164;
