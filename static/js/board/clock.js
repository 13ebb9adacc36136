/* Times as the clocks of the conference show them: "2025-02-06T09:00", whatever the browser's zone. */

const pad = (number) => String(number).padStart(2, "0");

export function wall(date) {
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join("-");
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/* `text` so many minutes later; counted without any zone, so that no change of clocks is met. */
export function later(text, minutes) {
  const moved = new Date(Date.parse(`${text}:00Z`) + minutes * 60000);
  return moved.toISOString().slice(0, 16);
}

export function minutesBetween(start, end) {
  return (Date.parse(`${end}:00Z`) - Date.parse(`${start}:00Z`)) / 60000;
}

export const dayOf = (text) => text.slice(0, 10);
export const timeOf = (text) => text.slice(11, 16);

export function dayName(day, language, form = { weekday: "long", day: "numeric", month: "long" }) {
  return new Intl.DateTimeFormat(language, { ...form, timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));
}
