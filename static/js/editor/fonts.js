// Letters of the fonts from before Unicode, as they come out of old Word files: by the font's name, TCVN3 (".VnTime") or VNI
// ("VNI-Times"). Defines self.oldFonts = {of(font) → "tcvn3" | "vni" | "", converted(text, font), looksOld(text)}.
(() => {
  const from = (marks, letters) => Object.fromEntries([...marks].map((mark, at) => [mark, [...letters][at]]));
  const TCVN3 = from(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
  );
  // VNI writes the mark after the letter.
  const MARKS = { "ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323", "â": "\u0302", "à": "\u0302\u0300", "á": "\u0302\u0301",
    "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323", "ê": "\u0306", "è": "\u0306\u0300", "é": "\u0306\u0301", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323" };
  const ALONE = from("ôöñíìæóòîÔÖÑÍÌÆÓÒÎ", "ơưđíìỉĩịỵƠƯĐÍÌỈĨỊỴ");
  const vni = (text) => text.replace(/([aeiouyôöAEIOUYÔÖ])([øùûõïâàáåãäêèéúüëØÙÛÕÏÂÀÁÅÃÄÊÈÉÚÜË])|[ôöñíìæóòîÔÖÑÍÌÆÓÒÎ]/g, (found, letter, mark) => (
    letter ? ((ALONE[letter] || letter) + MARKS[mark.toLowerCase()]).normalize("NFC") : ALONE[found]
  ));
  const tcvn3 = (text, font) => {
    const written = [...text].map((letter) => TCVN3[letter] || letter).join("");
    return /H$/.test(font) ? written.toUpperCase() : written; // ".VnTimeH" draws small letters as capitals
  };

  self.oldFonts = {
    of: (font) => (/^\.Vn/i.test(font) ? "tcvn3" : /^VNI[- ]/i.test(font) ? "vni" : ""),
    converted(text, font) { const kind = this.of(font); return kind === "vni" ? vni(text) : kind ? tcvn3(text, font) : text; },
    // Without a font's name it is only suspected, and said.
    looksOld: (text) => (text.match(/[A-Za-z][µ¸¶¹¨»¾¼½©®ª«¬]|[A-Za-z](?:aø|aù|eä|öô|oä|uû)/g) || []).length > 1,
  };
})();
