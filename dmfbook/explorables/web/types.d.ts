/**
 * What travels from Python to the browser, and what the scripts share. For `tsc --checkJs` alone,
 * which a test runs; nothing loads this file.
 */

/** The place of an expression in `Specification.sources`. */
type Slot = number;
type Values = Record<string, number>;
type Colour = "blue" | "orange" | "green" | "red" | "purple" | "grey" | "ink";
type Scale = "linear" | "log";
type Ends = [low: number, high: number];

interface SliderSpec {
  name: string;
  label: string;
  low: number;
  high: number;
  step: number;
  value: number;
  scale: Scale;
  integer: boolean;
  play: boolean;
}

/** What a mark runs along. */
type Along =
  | { kind: "span"; ends: [Slot, Slot] | null; samples: number }
  | { kind: "members"; count: Slot | null }
  | { kind: "plane"; resolution: number }
  | { kind: "steps"; orbit: string }
  | { kind: "grid"; rows: number; columns: number };

/** A number at every place: computed, listed, read from the frames, or the place's own. */
type Channel = Slot | Slot[] | { frame: string } | null;

interface MarkSpec {
  kind: string;
  colour: Colour;
  /** As SVG writes it. */
  dash: string;
  width: number;
  along: Along;
  channels: Record<string, Channel>;
  once: Record<string, Slot | Slot[] | null> & { when: Slot };
  /** The style of some kinds, and their words as HTML. */
  text?: string;
  names?: string[];
  size?: number;
  hollow?: boolean;
  thickness?: number;
  arrow?: boolean;
  dots?: boolean;
  low?: number;
  high?: number;
  digits?: number;
  /** Of a handle: the sliders that it moves, and which derived values tell its place (null: all). */
  moves?: string[];
  needs?: number[] | null;
  turn?: [about: number, down: number];
  rise?: number;
}

interface AxisSpec {
  low: Slot;
  high: Slot;
  scale: Scale;
  ticks: boolean;
}

interface PanelSpec {
  x: AxisSpec;
  y: AxisSpec;
  aspect: number;
  equal: boolean;
  marks: MarkSpec[];
  /** Of a panel with a surface: the axes' names as HTML. */
  names?: string[];
}

interface OrbitSpec {
  name: string;
  start: Slot[];
  update: Slot[];
  count: Slot;
  limit: number;
}

interface NumberSpec {
  value: Slot;
  when: Slot;
  digits: number;
  otherwise: string;
  html: string;
}

interface VerdictSpec {
  cases: [Slot, string][];
  html: string[];
}

interface Specification {
  name: string;
  sliders: SliderSpec[];
  sources: string[];
  routines: string;
  derived: Slot[];
  orbits: OrbitSpec[];
  panels: PanelSpec[];
  readouts: (NumberSpec | VerdictSpec)[];
  settings: Record<string, Record<string, Slot>[]>;
  frames: { over: string[]; grid: number[][] } | null;
}

/** The rows of the frames by name, one row for each setting of their grid. */
type Series = Record<string, number[][]>;

/** The numbers of a mark: its channels, and what is computed once. */
type MarkNumbers = { hidden?: true } & Record<string, any>;

interface PanelNumbers {
  x: Ends;
  y: Ends;
  marks: MarkNumbers[];
}

interface Shown {
  value?: number;
  text?: string;
  html?: string;
}

interface Scene {
  panels: PanelNumbers[];
  readouts: Shown[];
}

interface Program {
  scene(values: Values): Scene;
  place(values: Values, panel: number, mark: number): MarkNumbers;
  setting(name: string, values: Values): Values;
}

interface AxisScale {
  to(x: number): number;
}

/** The box of a picture, in pixels of the plot. */
interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The size of a plot, in pixels. */
interface Size {
  width: number;
  height: number;
}

/** The shades of a heat map: a square of samples, and what is darkest and lightest. */
interface Heat {
  values: number[];
  low: number;
  high: number;
  n: number;
  colour: Colour;
}

/** What the marks of a panel are drawn into. */
interface Frame {
  width: number;
  height: number;
  inner: Box;
  xs: Ends;
  ys: Ends;
  x: AxisScale;
  y: AxisScale;
  /** Collected while drawing: HTML above the picture, SVG that may overhang it, and shades. */
  words: string[];
  /** Names that bars have below them. */
  below: { px: number; html: string }[];
  dots: string;
  heat: Heat | null;
}

/** One kind of mark in the browser. */
interface MarkKind<Numbers> {
  /** The SVG of the mark. */
  draw(mark: MarkSpec, numbers: Numbers, frame: Frame): string;
  /** A few of its numbers in words, for the table. */
  sample(numbers: Numbers): string;
}

/** A surface seen from a side; places are in its own units, or to the right and up on paper. */
interface Relief {
  flat(x: number, y: number, z: number): [number, number];
  /** Whether no nearer part of the surface hides a point. */
  seen(x: number, y: number, z: number): boolean;
  inside(x: number, y: number, z: number): boolean;
  /** A line as the stretches that are seen and those that are hidden, cut where it leaves the box. */
  traced(x: number[], y: number[], z: number[]): { before: number[][][]; behind: number[][][] };
  /** Go through faces and lines from back to front. */
  paint(
    levels: number[],
    /** The corners are a list that is used again: to the right, up, to the right, up ... */
    face: (corners: Float64Array, count: number, share: number, light: number, under: boolean) => void,
    line: (kind: "level" | "rim" | "edge", ax: number, ay: number, bx: number, by: number) => void,
  ): void;
  /** The direction on the floor that leads to the viewer. */
  toward: number[];
}

/** From a relief to the pixels of a plot. */
interface Paper {
  width: number;
  height: number;
  to(flat: number[]): [number, number];
  at(x: number, y: number, z: number): [number, number];
}

/** What the controls and handles need of an explorable. */
interface Steering {
  readonly values: Values;
  set(changes: Values): void;
  /** End what plays. */
  stop(): void;
  choose(setting: string): void;
}

interface MountedExplorable {
  readonly values: Values;
  set(changes: Values): void;
  /** Go to a state from the declared one, so that a link leads to the same picture always. */
  recall(setting: string | null, changes: Values, gliding?: boolean): void;
  scene(at?: Values): Scene;
  setting(name: string, at?: Values): Values;
  destroy(): void;
}

interface Dmfbook {
  frames?: Record<string, Series>;
  format(x: number, digits: number): string;
  ticks(low: number, high: number, count: number, log: boolean): number[];
  scale(low: number, high: number, start: number, end: number, log: boolean): AxisScale;
  /** Whether two lists hold the same numbers. */
  same(values: number[], others: number[]): boolean;
  contour(
    values: number[],
    n: number,
    level: number,
    px: (column: number) => number,
    py: (row: number) => number,
  ): string;
  program(spec: Specification, series: Series): Program;
  clamp(slider: SliderSpec, value: number): number;
  marks: Record<string, MarkKind<any>>;
  drawPanel(
    plot: HTMLElement,
    spec: PanelSpec,
    numbers: PanelNumbers,
    size: Size,
  ): Frame | null;
  inside(inner: Box, px: number, py: number): boolean;
  /** Write the names of all bars of a panel, in two lines if they would run into each other in one. */
  nameBars(frame: Frame): void;
  drawSurface: Dmfbook["drawPanel"];
  /** Whence the surface of a plot is seen now. */
  turnOf(plot: HTMLElement): [about: number, down: number] | undefined;
  relief(surface: {
    heights: number[];
    x: Ends;
    y: Ends;
    z: Ends;
    turn: [number, number];
    rise: number;
    equal: boolean;
  }): Relief;
  /** Set the markup of an element unless it is there already. */
  write(element: Element, markup: string): void;
  /** Set an attribute of an element unless it has that value. */
  alter(element: Element, name: string, value: string): void;
  /** A colour of the palette as red, green, blue. */
  tint(host: Element, name: string): number[];
  forgetTints(): void;
  /** The places of a slider's native input, counted from 0, and the values there. */
  steps: {
    count(slider: SliderSpec): number;
    place(slider: SliderSpec, value: number): number;
    value(slider: SliderSpec, place: number): number;
  };
  controls(
    root: HTMLElement,
    spec: Specification,
    steering: Steering,
    reached: (setting: string) => Values,
  ): { show(values: Values): void; stop(): void };
  /** Leads all sliders to a goal in a short transition, which `stop` leaves where it is. */
  glide(
    sliders: SliderSpec[],
    show: (values: Values) => void,
  ): { to(from: Values, goal: Values): void; stop(): void };
  readouts(
    root: HTMLElement,
    spec: Specification,
    now: () => { values: Values; scene: Scene },
  ): { show(scene: Scene): void; close(): void };
  dragging(
    plots: HTMLElement[],
    spec: Specification,
    program: Program,
    steering: Steering,
  ): { show(scene: Scene, drawn: (Frame | null)[]): void };
  /** The only element that matches; the markup that Python wrote has one. */
  find(root: ParentNode, selector: string): HTMLElement;
  /** The marks that an entry of the legend is for: the number of the panel, and in it of the mark. */
  named(entry: HTMLElement): number[][];
  mount(
    root: HTMLElement,
    spec: Specification,
    series: Series,
    options?: { onChange?: (values: Values) => void },
  ): MountedExplorable;
}

declare var dmfbook: Dmfbook;

/** What anywidget gives to `render`. */
interface WidgetModel {
  get(name: string): any;
  set(name: string, value: any): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}
