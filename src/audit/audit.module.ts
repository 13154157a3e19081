import { Module } from '@nestjs/common';
import { HttpModule } from '../platform/http/index.js';
import { AuditController } from './audit.controller.js';

/** Who did what: written by the other rooms, read here. */
@Module({ imports: [HttpModule], controllers: [AuditController] })
export class AuditModule {}
