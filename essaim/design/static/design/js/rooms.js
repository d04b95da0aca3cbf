// On a phone the rooms of a community are wider than the screen: the one where one is comes into view.
const current = document.querySelector(".rooms [aria-current]");
const rooms = current?.closest(".rooms");
if (rooms && rooms.scrollWidth > rooms.clientWidth) {
  const middle = current.offsetLeft - rooms.offsetLeft + current.offsetWidth / 2;
  rooms.scrollLeft = middle - rooms.clientWidth / 2;
}
