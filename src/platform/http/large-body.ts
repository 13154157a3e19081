import { SetMetadata } from '@nestjs/common';

/** Metadata key of a route that takes a batch. */
export const LARGE_BODY_KEY = 'fund-ledger:large-body';

/** The route takes a body up to the batch's limit (`BATCH_BODY_LIMIT_BYTES`) instead of the usual one. */
export const LargeBody = (): MethodDecorator => SetMetadata(LARGE_BODY_KEY, true);
