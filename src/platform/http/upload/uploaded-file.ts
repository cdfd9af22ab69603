/** A file that came with a request: on disk, for as long as the request lasts. */
export class UploadedFile {
  constructor(
    /** Where it lies; gone once the request has its answer. */
    readonly path: string,
    readonly bytes: number,
    /** The name that its sender gave it; only ever to be shown. */
    readonly name: string,
  ) {}
}
