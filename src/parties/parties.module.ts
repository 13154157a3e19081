import { Module } from '@nestjs/common';
import { EnterpriseController } from './enterprises/enterprise.controller.js';
import { HttpModule } from '../platform/http/index.js';

/** Enterprises, projects and persons, and the codes by which they are known. */
@Module({ imports: [HttpModule], controllers: [EnterpriseController] })
export class PartiesModule {}
