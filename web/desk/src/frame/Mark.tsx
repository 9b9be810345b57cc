/** The mark: a seal, broken open. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden>
      <path d="M20.6 4.8a12 12 0 1 0 6.6 6.6" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round" />
      <path d="M11 11v6.2a5 5 0 0 0 10 0V15" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round" />
      <path d="M21 10.4 27.2 4.6" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  );
}
