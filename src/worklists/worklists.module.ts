import { Module } from '@nestjs/common';
import { HttpModule } from '../platform/http/index.js';
import { WorklistController } from './worklist.controller.js';

/** What waits for a user: read only. */
@Module({ imports: [HttpModule], controllers: [WorklistController] })
export class WorklistsModule {}
