// Keys go to the desk as soon as it is there, and once it has ended to the button that opens it again.
"use strict";

window.addEventListener("load", () => {
  const page = document.body;
  const follow = () => {
    if (page.classList.contains("-closed")) {
      watching.disconnect();
      document.querySelector(".closed button").focus();
    } else if (page.classList.contains("-loaded")) {
      document.querySelector(".xterm-helper-textarea").focus();
    }
  };
  const watching = new MutationObserver(follow);
  watching.observe(page, { attributeFilter: ["class"] });
  follow();
});
