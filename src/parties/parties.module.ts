import { Module } from '@nestjs/common';
import { EnterpriseController } from './enterprises/enterprise.controller.js';

/** Enterprises, projects and persons, and the codes by which they are known. */
@Module({ controllers: [EnterpriseController] })
export class PartiesModule {}
