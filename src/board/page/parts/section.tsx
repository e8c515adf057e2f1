import { type ComponentChildren, h } from 'preact';

interface SectionProps {
  readonly name: string;
  /** Beside the name. */
  readonly about?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a page, with its heading. */
export function Section({ name, about, children }: SectionProps) {
  const id = `section-${name.toLowerCase().replaceAll(/\W+/g, '-')}`;
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{name}</h2>
        {about}
      </div>
      {children}
    </section>
  );
}
