/** The voices of the device itself for a language. Others would send the text to someone's server. */
export function voicesOf(language) {
  const spoken = ([name]) => name.toLowerCase();
  return speechSynthesis.getVoices().filter(({ lang, localService }) => (
    localService && spoken(lang.split(/[-_]/)) === spoken(language.split("-"))
  ));
}
