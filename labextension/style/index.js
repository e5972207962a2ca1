import './base.css';
import './runs.css';
import './states.css';
