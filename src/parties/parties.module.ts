import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PARTIES_ENTITIES } from './entities.js';
import { EnterpriseController } from './enterprises/enterprise.controller.js';
import { HttpModule } from '../platform/http/index.js';

/** Enterprises, projects and persons, and the codes by which they are known. */
@Module({ imports: [HttpModule, TypeOrmModule.forFeature([...PARTIES_ENTITIES])], controllers: [EnterpriseController] })
export class PartiesModule {}
