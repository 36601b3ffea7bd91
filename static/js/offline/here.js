/**
 * Whose page this is, and which brief it is of.
 *
 *   <span hidden data-offline="…" data-user="7" data-shelf="/briefs/water/mine/offline/">
 *
 * A page of no brief has no `data-shelf`.
 */
export const { user } = document.querySelector("[data-offline]").dataset;
export const shelf = document.querySelector("[data-shelf]")?.dataset.shelf ?? "";
