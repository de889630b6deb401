import icon from '../icon.svg'

/** The name of the product with its sign: two jacks, patched. */
export function Brand({ withName }: { withName: boolean }) {
  return (
    <span className="brand">
      <img src={icon} alt="" width={28} height={28} />
      {withName && <span>Patchbay</span>}
    </span>
  )
}
