// How numbers read on pages; leaderboards/templatetags/numbers.py writes them the same way.

const GROUP_SEPARATOR = "\u202f";
const GROUP_FROM = 10_000;

export const number = (value, digits = 0) => {
  const [whole, decimals] = value.toFixed(digits).split(".");
  const grouped = Math.abs(value) < GROUP_FROM ? whole : whole.replace(/\B(?=(\d{3})+$)/g, GROUP_SEPARATOR);
  return (decimals === undefined ? grouped : `${grouped}.${decimals}`).replace("-", "\u2212");
};

export const moment = (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
