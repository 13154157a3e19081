export { ReportsModule } from './reports.module.js';
export { ReportDesk } from './report-desk.js';
