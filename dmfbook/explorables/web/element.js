/** The custom element of the book: reads its specification, and keeps its state in the URL. */
globalThis.dmfbook ??= /** @type {Dmfbook} */ ({});
(function () {
  "use strict";

  /**
   * "#well?target=1.2" as the name and the wishes; null for any other hash.
   * @param {string} hash
   */
  function parsed(hash) {
    const match = /^#([^?]+)\?(.*)$/.exec(hash);
    return match && { name: match[1], wishes: new URLSearchParams(match[2]) };
  }

  /** How far from the window an explorable wakes. */
  const NEAR = "900px 0px";
  const nearby = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) /** @type {ExplorableElement} */ (target).wake();
      }
    },
    { rootMargin: NEAR },
  );

  class ExplorableElement extends HTMLElement {
    /** @type {MountedExplorable | undefined} */
    explorable;
    /** @type {Specification | undefined} */
    spec;
    writing = 0;

    connectedCallback() {
      if (this.explorable) return;
      const begin = () => {
        if (parsed(location.hash)?.name === this.id) this.wake();
        else nearby.observe(this);
      };
      if (document.readyState === "complete") begin();
      else document.addEventListener("DOMContentLoaded", begin, { once: true });
      this.addEventListener("focusin", () => this.wake(), { once: true });
      addEventListener("beforeprint", () => this.wake());
      addEventListener("hashchange", () => {
        // The reader went elsewhere: the address stays what it now is.
        clearTimeout(this.writing);
        if (parsed(location.hash)?.name === this.id) this.wake();
        this.recall(true);
      });
    }

    /** Draw the picture and listen to the controls: when it comes near, for a page has many. */
    wake() {
      if (this.explorable) return;
      nearby.unobserve(this);
      const spec = JSON.parse(dmfbook.find(this, "script.dmf-spec").textContent || "");
      const inline = this.querySelector("script.dmf-frames");
      const series = inline
        ? JSON.parse(inline.textContent || "")
        : (dmfbook.frames || {})[this.id] || {};
      this.spec = spec;
      this.explorable = dmfbook.mount(this, spec, series, { onChange: () => this.remember() });
      this.recall(false);
      const link = dmfbook.find(this, "button[data-link]");
      link.addEventListener("click", () => this.copyLink(link));
    }

    /**
     * Move to the state that the URL names, and take the reader there, if it names this explorable.
     * @param {boolean} gliding in a transition, and not at once
     */
    recall(gliding) {
      const state = parsed(location.hash);
      if (!state || state.name !== this.id || !this.explorable || !this.spec) return;
      const named = state.wishes.get("setting");
      const numbers = [...state.wishes].map(([name, text]) => [name, text.trim() ? Number(text) : NaN]);
      const setting = named !== null && Object.hasOwn(this.spec.settings, named) ? named : null;
      this.explorable.recall(setting, Object.fromEntries(numbers), gliding);
      // An address that the page wrote itself, met again by Back or a reload, moves no reader.
      if (history.state?.explorable === location.hash) return;
      this.scrollIntoView();
      // As after any link in a page, the next Tab goes on from the target.
      dmfbook.find(this, "figure").focus({ preventScroll: true });
    }

    /** Write the state into the URL once the sliders rest; browsers limit how often one may. */
    remember() {
      clearTimeout(this.writing);
      this.writing = setTimeout(() => this.write(), 400);
    }

    write() {
      if (!this.explorable || !this.spec) return;
      const now = this.explorable.values;
      const changed = this.spec.sliders.filter((s) => now[s.name] !== s.value);
      const query = changed.map((s) => `${s.name}=${now[s.name]}`).join("&");
      const hash = `#${this.id}${query ? `?${query}` : ""}`;
      history.replaceState({ explorable: hash }, "", hash);
    }

    /**
     * Copy the address of the present state, which stands in the address bar too, and say so.
     * @param {HTMLElement} button
     */
    async copyLink(button) {
      this.write();
      const words = button.textContent;
      try {
        await navigator.clipboard.writeText(location.href);
        button.textContent = "Copied";
      } catch {
        button.textContent = "In the address bar";
      }
      setTimeout(() => {
        button.textContent = words;
      }, 2000);
    }
  }
  customElements.define("dmf-explorable", ExplorableElement);
})();
